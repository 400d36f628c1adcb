import Foundation
import LauncherProtocol
import Secrets
import UnixSockets

/// One login under way: carries out what ``LoginConversation`` says, with a real keeper,
/// real time and real callers.
final class Conversation: Sendable {
    /// What Logins does for a conversation.
    struct Surroundings: Sendable {
        /// Asks the policy about the account that PAM has named.
        let check: @Sendable (_ account: String) async -> LoginConversation.Event
        /// Notes the end; so many callers are about to be told.
        let finish: @Sendable (_ ending: LoginConversation.Ending, _ keeper: KeeperProcess, _ callers: Int) async -> Void
    }

    private enum Input: Sendable {
        case event(LoginConversation.Event)
        case caller(CheckedContinuation<LoginStep, Never>, answers: [Secret]?)
    }

    private let keeper: KeeperProcess
    private let order: KeeperOrder
    private let inputs: AsyncStream<Input>
    private let input: AsyncStream<Input>.Continuation

    /// Starts the keeper.
    init(order: KeeperOrder, command: [String]) throws(SystemCallError) {
        self.order = order
        keeper = try KeeperProcess(command: command)
        (inputs, input) = AsyncStream.makeStream()
    }

    /// Begins, and waits for the first step.
    func begin(_ machine: LoginConversation, in surroundings: Surroundings) async -> LoginStep {
        Task { await run(machine, in: surroundings) }
        return await withCheckedContinuation { continuation in
            input.yield(.caller(continuation, answers: nil))
            keeper.channel.send(.begin(order))
            readFromKeeper()
        }
    }

    /// Answers the last step's prompts and waits for the next step.
    func answer(_ answers: [Secret]) async -> LoginStep {
        await withCheckedContinuation { continuation in
            if case .terminated = input.yield(.caller(continuation, answers: answers)) {
                continuation.resume(returning: .failure)
            }
        }
    }

    /// Gives the login up.
    func cancel() { input.yield(.event(.cancelled)) }

    private func run(_ start: LoginConversation, in surroundings: Surroundings) async {
        var machine = start
        var callers: [CheckedContinuation<LoginStep, Never>] = []
        let deadline = later(order.deadline, .deadlinePassed)
        for await next in inputs {
            var answers: [Secret] = []
            let event: LoginConversation.Event
            switch next {
            case .event(let happened):
                event = happened
            case .caller(let caller, let given):
                callers.append(caller)
                guard let given else { continue }
                answers = given
                event = .answered(count: given.count)
            }
            for action in machine.handle(event, at: monotonicSeconds()) {
                switch action {
                case .sendAnswers: keeper.channel.send(.answers(answers))
                case .check(let account): Task { input.yield(.event(await surroundings.check(account))) }
                case .proceed: keeper.channel.send(.proceed)
                case .endKeeper: keeper.kill()
                case .waitUntil(let time): _ = later(time - monotonicSeconds(), .delayPassed)
                case .finish(let ending):
                    deadline.cancel()
                    await surroundings.finish(ending, keeper, callers.count)
                    // What has been put in before is still delivered, and answered.
                    input.finish()
                case .reply(let step):
                    for caller in callers { caller.resume(returning: step) }
                    callers = []
                }
            }
        }
    }

    private func later(_ seconds: Double, _ event: LoginConversation.Event) -> Task<Void, Never> {
        Task { [input] in
            guard (try? await Task.sleep(for: .seconds(max(0, seconds)))) != nil else { return }
            input.yield(.event(event))
        }
    }

    /// One thread a conversation, because modules let us wait; there is a limit to conversations.
    private func readFromKeeper() {
        let thread = Thread { [keeper, input] in
            while case .note(let note) = keeper.channel.receive() {
                switch note {
                case .told(let messages): input.yield(.event(.told(messages)))
                case .asked(let messages): input.yield(.event(.asked(messages)))
                case .authenticated(let account): input.yield(.event(.authenticated(account: account)))
                case .failed(let reason): input.yield(.event(.failed(reason: reason)))
                case .established:
                    input.yield(.event(.established))
                    return
                default: break
                }
            }
            keeper.kill()
            input.yield(.event(.keeperEnded(keeper.waitForEnd())))
        }
        thread.name = "login"
        thread.start()
    }
}

/// Seconds of a clock that never goes back.
func monotonicSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}
