import Curl

/// What containers write (Engine API, "ContainerLogs").
extension Engine {
    /// The last `count` lines, oldest first.
    public func logLines(of container: String, last count: Int) async throws(DockerError) -> [OutputLine] {
        let call = Call(
            path: ["containers", container, "logs"],
            query: [("stdout", "true"), ("stderr", "true"), ("tail", String(count))], timeout: .seconds(60))
        var lines: [OutputLine] = []
        try await readFrames(of: try await stream(call)) { lines.append($0) }
        return lines
    }

    /// What the container writes from now on, framed (Engine API, "ContainerAttach"): ends when it closes its output.
    func attach(to container: String) async throws(DockerError) -> StreamedResponse {
        try await stream(
            Call(
                method: "POST", path: ["containers", container, "attach"],
                query: [("stream", "true"), ("stdout", "true"), ("stderr", "true")], timeout: nil))
    }

    /// The lines of a framed stream, until its end.
    func readFrames(of answer: StreamedResponse, onLine: (OutputLine) -> Void) async throws(DockerError) {
        var frames = LogFrames()
        var lines = OutputLines()
        do {
            for try await chunk in answer.body {
                for frame in frames.append(chunk) { lines.append(frame).forEach(onLine) }
            }
        } catch {
            throw engineError(error)
        }
        lines.finish().forEach(onLine)
    }
}
