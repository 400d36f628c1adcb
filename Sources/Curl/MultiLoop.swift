import CCurl
import Foundation
import Synchronization

/// libcurl's multi interface on a thread of its own: every handle is touched there and
/// nowhere else; other threads leave commands and wake it (`curl_multi_wakeup(3)`).
// @unchecked: `multi` is used by other threads for curl_multi_wakeup only, which is made for that.
final class MultiLoop: @unchecked Sendable {
    enum Command {
        case start(Transfer)
        /// The reader has caught up.
        case resume(Transfer)
        case cancel(Transfer)
        /// Ends the thread; what still runs is cancelled.
        case stop
    }

    private let multi: UnsafeMutableRawPointer?
    private let commands = Mutex<[Command]>([])
    private static let initialised: CURLcode = berth_curl_global_init()

    init() {
        multi = Self.initialised == CURLE_OK ? curl_multi_init() : nil
        let thread = Thread { [self] in run() }
        thread.name = "curl"
        thread.start()
    }

    deinit { curl_multi_cleanup(multi) }

    func post(_ command: Command) {
        commands.withLock { $0.append(command) }
        curl_multi_wakeup(multi)
    }

    private func run() {
        var handles: [ObjectIdentifier: EasyHandle] = [:]
        while obey(&handles) {
            var running: CInt = 0
            curl_multi_perform(multi, &running)
            reap(&handles)
            // A command that came in the meantime has woken the poll already.
            curl_multi_poll(multi, nil, 0, 60_000, nil)
        }
        for handle in handles.values { end(handle, .failure(.cancelled(handle.transfer.request.url))) }
    }

    /// False once the loop is to stop.
    private func obey(_ handles: inout [ObjectIdentifier: EasyHandle]) -> Bool {
        let batch = commands.withLock { commands in
            defer { commands = [] }
            return commands
        }
        for command in batch {
            switch command {
            case .start(let transfer):
                start(transfer, &handles)
            case .resume(let transfer):
                if let handle = handles[ObjectIdentifier(transfer)] {
                    curl_easy_pause(handle.pointer, BERTH_CURL_PAUSE_CONTINUE)
                }
            case .cancel(let transfer):
                if let handle = handles.removeValue(forKey: ObjectIdentifier(transfer)) {
                    end(handle, .failure(.cancelled(transfer.request.url)))
                }
            case .stop:
                return false
            }
        }
        return true
    }

    private func start(_ transfer: Transfer, _ handles: inout [ObjectIdentifier: EasyHandle]) {
        guard let handle = EasyHandle(transfer), curl_multi_add_handle(multi, handle.pointer) == CURLM_OK else {
            return transfer.finish(.failure(TransferError(url: transfer.request.url, code: CURLE_OUT_OF_MEMORY, reason: "")))
        }
        handles[ObjectIdentifier(transfer)] = handle
    }

    private func reap(_ handles: inout [ObjectIdentifier: EasyHandle]) {
        var code = CURLE_OK
        while let pointer = berth_curl_next_done(multi, &code) {
            guard let (key, handle) = handles.first(where: { $0.value.pointer == pointer }) else { continue }
            handles[key] = nil
            let url = handle.transfer.request.url
            end(handle, code == CURLE_OK ? .success(()) : .failure(TransferError(url: url, code: code, reason: handle.reason(for: code))))
        }
    }

    private func end(_ handle: EasyHandle, _ result: Result<Void, TransferError>) {
        curl_multi_remove_handle(multi, handle.pointer)
        handle.transfer.finish(result)
    }
}
