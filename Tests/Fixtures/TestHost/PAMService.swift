import Foundation
import Synchronization

/// A PAM service of this host for the time of a test: a file in `/etc/pam.d`.
public final class PAMService: Sendable {
    private static let count = Mutex(0)

    public let name: String

    /// `FIXTURE` in `stack` stands for the path of the test module.
    public init(_ stack: String) throws {
        let number = Self.count.withLock { count in
            count += 1
            return count
        }
        name = "berth-test-\(getpid())-\(number)"
        let text = stack.replacingOccurrences(of: "FIXTURE", with: try Self.module.get())
        try (text + "\n").write(toFile: "/etc/pam.d/\(name)", atomically: true, encoding: .utf8)
    }

    deinit { unlink("/etc/pam.d/\(name)") }

    /// Debian's own stacks, as most services use them.
    public static let common = """
        @include common-auth
        @include common-account
        @include common-password
        session required pam_permit.so
        """

    /// The module of `Tests/Fixtures/pam-module`, built by the compiler that Swift brings.
    private static let module = Result<String, any Error> {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../pam-module/pam_fixture.c").path
        try run("clang", "-shared", "-fPIC", "-O1", "-o", built, source)
        atexit { unlink(PAMService.built) }
        return built
    }
    private static let built = "/tmp/berth-pam_fixture-\(getpid()).so"
}
