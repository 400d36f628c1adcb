import CPAM
import Glibc
import Secrets

/// The conversation function of one transaction, in the shape libpam calls it (`pam_conv(3)`).
final class PAMConversation {
    private let respond: ([PAMMessage]) -> [Secret?]?

    init(_ respond: @escaping ([PAMMessage]) -> [Secret?]?) {
        self.respond = respond
    }

    /// Points to this object without owning it: valid as long as somebody else keeps it.
    var callback: pam_conv {
        pam_conv(
            conv: { count, messages, responses, data in
                guard let messages, let responses, let data else { return PAM_CONV_ERR }
                let conversation = Unmanaged<PAMConversation>.fromOpaque(data).takeUnretainedValue()
                guard let answers = conversation.answers(to: Int(count), messages) else { return PAM_CONV_ERR }
                responses.pointee = answers
                return PAM_SUCCESS
            },
            appdata_ptr: Unmanaged.passUnretained(self).toOpaque())
    }

    private func answers(
        to count: Int, _ pointers: UnsafeMutablePointer<UnsafePointer<pam_message>?>
    ) -> UnsafeMutablePointer<pam_response>? {
        guard (1...Int(PAM_MAX_NUM_MSG)).contains(count) else { return nil }
        // Linux-PAM's layout: an array of pointers, one a message.
        let messages = (0..<count).compactMap { pointers[$0].flatMap { PAMMessage($0.pointee) } }
        guard messages.count == count, let secrets = respond(messages), secrets.count == count else { return nil }
        let responses = PAMResponses(count: count)
        for (index, message) in messages.enumerated() where message.isPrompt {
            guard let secret = secrets[index], responses?.set(secret, at: index) == true else {
                responses?.discard()
                return nil
            }
        }
        return responses?.pointer
    }
}

/// Answers in memory of `malloc(3)`: a module that gets them wipes and frees them.
private struct PAMResponses {
    let pointer: UnsafeMutablePointer<pam_response>
    private let count: Int

    init?(count: Int) {
        guard let memory = calloc(count, MemoryLayout<pam_response>.stride) else { return nil }
        pointer = memory.bindMemory(to: pam_response.self, capacity: count)
        self.count = count
    }

    /// False for bytes that PAM can't take: too many, or with a zero among them.
    func set(_ secret: Secret, at index: Int) -> Bool {
        guard secret.count < Int(PAM_MAX_RESP_SIZE), secret.withBytes({ !$0.contains(0) }),
            let copy = calloc(secret.count + 1, 1)
        else { return false }
        secret.withBytes { UnsafeMutableRawBufferPointer(start: copy, count: secret.count).copyBytes(from: $0) }
        pointer[index].resp = copy.assumingMemoryBound(to: CChar.self)
        return true
    }

    /// For answers that no module will get.
    func discard() {
        for index in 0..<count {
            guard let answer = pointer[index].resp else { continue }
            explicit_bzero(answer, strlen(answer))
            free(answer)
        }
        free(pointer)
    }
}
