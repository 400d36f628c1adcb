import CLinux
import Glibc

extension EventLoop {
    /// Runs the loop on a thread of its own, which ends with ``stop()``.
    ///
    /// `SIGPIPE` is ignored from here on in the whole process: a peer that has gone is an
    /// error of write(2), never the end of the process.
    public func start(named name: String) throws(ReactorError) {
        signal(SIGPIPE, SIG_IGN)
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(loop: self, name: name))
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                pthread_setname_np(pthread_self(), String(start.name.prefix(15)))
                start.loop.run()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw ReactorError("pthread_create", code: code)
        }
        pthread_detach(thread)
    }
}

/// What a new thread is told.
private final class Start {
    let loop: EventLoop
    let name: String

    init(loop: EventLoop, name: String) {
        self.loop = loop
        self.name = name
    }
}
