import CCurl
import Glibc

/// libcurl's handle of one transfer. Lives and dies on the loop's thread.
final class EasyHandle {
    let transfer: Transfer
    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var recipients: UnsafeMutablePointer<curl_slist>?
    /// How much of the mail's message libcurl has taken.
    private var handedOver = 0

    /// Nil where libcurl has no memory left.
    init?(_ transfer: Transfer) {
        guard let pointer = curl_easy_init() else { return nil }
        self.transfer = transfer
        self.pointer = pointer
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setCallbacks()
        set(transfer.request)
    }

    deinit {
        curl_easy_cleanup(pointer)
        curl_slist_free_all(headers)
        curl_slist_free_all(recipients)
        errorText.deallocate()
    }

    /// What went wrong, in libcurl's words; empty where it has none. Of a Unix socket libcurl
    /// speaks as if it were the URL's host, so there the system's reason is told.
    func reason(for code: CURLcode) -> String {
        let system = berth_curl_os_error(pointer)
        if code == CURLE_COULDNT_CONNECT, transfer.request.socket != nil, system != 0 { return String(cString: strerror(system)) }
        return String(cString: errorText)
    }

    private func setCallbacks() {
        // The handle keeps the transfer alive for as long as libcurl may call back.
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        berth_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText)
        berth_curl_set_pointer(pointer, CURLOPT_HEADERDATA, context)
        berth_curl_set_callback(pointer, CURLOPT_HEADERFUNCTION) { data, size, count, context in
            guard let data, let context else { return 0 }
            let line = UnsafeRawBufferPointer(start: data, count: size * count)
            Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().take(headerLine: String(decoding: line, as: UTF8.self))
            return size * count
        }
        berth_curl_set_pointer(pointer, CURLOPT_WRITEDATA, context)
        berth_curl_set_callback(pointer, CURLOPT_WRITEFUNCTION) { data, size, count, context in
            guard let data, let context else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
            let isTaken = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().take(bytes)
            return isTaken ? size * count : BERTH_CURL_WRITE_PAUSE
        }
    }

    private func set(_ request: Request) {
        berth_curl_set_string(pointer, CURLOPT_URL, request.url)
        berth_curl_set_string(pointer, CURLOPT_PROTOCOLS_STR, request.mail == nil ? "http,https" : "smtp,smtps")
        // Signals would interrupt other threads' system calls.
        berth_curl_set_number(pointer, CURLOPT_NOSIGNAL, 1)
        berth_curl_set_number(pointer, CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.milliseconds)
        if let timeout = request.timeout { berth_curl_set_number(pointer, CURLOPT_TIMEOUT_MS, timeout.milliseconds) }
        if let idle = request.idleTimeout {
            berth_curl_set_number(pointer, CURLOPT_LOW_SPEED_LIMIT, 1)
            berth_curl_set_number(pointer, CURLOPT_LOW_SPEED_TIME, max(1, idle.milliseconds / 1000))
        }
        if let authorities = request.authorities { berth_curl_set_string(pointer, CURLOPT_CAINFO, authorities) }
        if let socket = request.socket {
            berth_curl_set_string(pointer, CURLOPT_UNIX_SOCKET_PATH, socket)
            // A proxy from the environment must not come between.
            berth_curl_set_string(pointer, CURLOPT_NOPROXY, "*")
        }
        if let mail = request.mail { return set(mail) }
        setMethodAndBody(request)
        // libcurl would wait a second for "100 Continue" before a large body.
        headers = curl_slist_append(nil, "Expect:")
        for (name, value) in request.headers {
            headers = curl_slist_append(headers, value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        berth_curl_set_list(pointer, CURLOPT_HTTPHEADER, headers)
    }

    private func set(_ mail: Mail) {
        let encryption =
            switch mail.encryption {
            case .never: CURLUSESSL_NONE
            case .offered: CURLUSESSL_TRY
            case .required: CURLUSESSL_ALL
            }
        berth_curl_set_number(pointer, CURLOPT_USE_SSL, Int(encryption.rawValue))
        berth_curl_set_string(pointer, CURLOPT_MAIL_FROM, "<\(mail.from)>")
        for address in mail.to { recipients = curl_slist_append(recipients, "<\(address)>") }
        berth_curl_set_list(pointer, CURLOPT_MAIL_RCPT, recipients)
        if let user = mail.user {
            berth_curl_set_string(pointer, CURLOPT_USERNAME, user)
            berth_curl_set_string(pointer, CURLOPT_PASSWORD, mail.password ?? "")
        }
        berth_curl_set_number(pointer, CURLOPT_UPLOAD, 1)
        // The handle lives for as long as libcurl may call back.
        berth_curl_set_pointer(pointer, CURLOPT_READDATA, Unmanaged.passUnretained(self).toOpaque())
        berth_curl_set_callback(pointer, CURLOPT_READFUNCTION) { target, size, count, context in
            guard let target, let context else { return 0 }
            let room = UnsafeMutableRawBufferPointer(start: target, count: size * count)
            return Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue().handOver(to: room)
        }
    }

    /// The next part of the message; 0 at its end.
    private func handOver(to room: UnsafeMutableRawBufferPointer) -> Int {
        let rest = (transfer.request.mail?.message ?? []).dropFirst(handedOver).prefix(room.count)
        room.copyBytes(from: rest)
        handedOver += rest.count
        return rest.count
    }

    private func setMethodAndBody(_ request: Request) {
        if request.method == "HEAD" {
            berth_curl_set_number(pointer, CURLOPT_NOBODY, 1)
            return
        }
        if let body = request.body ?? (request.method == "POST" ? [] : nil) {
            berth_curl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            _ = body.withUnsafeBytes {
                berth_curl_set_pointer(pointer, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress))
            }
            // A null pointer would make libcurl ask for the body by a callback.
            if body.isEmpty { berth_curl_set_string(pointer, CURLOPT_COPYPOSTFIELDS, "") }
        }
        berth_curl_set_string(pointer, CURLOPT_CUSTOMREQUEST, request.method)
    }
}

extension Duration {
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
