import Foundation
import Logins

// The keeper of a PAM conversation is this binary started anew. It must stay
// single-threaded and is no command for people, so it is told apart before anything else.
if CommandLine.arguments.dropFirst().first == "pam-keeper" {
    exit(PAMKeeper.main())
}
await runCommand()

/// Of the two `main()` that the argument parser has, an asynchronous function gets the asynchronous one.
func runCommand() async { await BerthCommand.main() }
