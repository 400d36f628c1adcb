import Foundation
import LauncherProtocol
import Testing

@testable import Servers

@Suite(.timeLimit(.minutes(5))) struct JupyterReportTests {
    private static let status = #"{"connections": 0, "kernels": 2, "last_activity": "2026-11-25T10:00:00.250000Z", "started": "x"}"#

    private func report(status: String = status, _ kernels: String, _ terminals: String? = nil) -> JupyterReport? {
        JupyterReport(status: Data(status.utf8), kernels: Data(kernels.utf8), terminals: terminals.map { Data($0.utf8) })
    }

    @Test func readsWhatJupyterSays() throws {
        let moment = try Date("2026-11-25T10:00:00Z", strategy: .iso8601).timeIntervalSince1970
        let kernels = """
            [{"id": "1", "execution_state": "busy", "last_activity": "2026-11-25T09:00:00.000000Z"},
             {"id": "2", "execution_state": "idle", "last_activity": "2026-11-25T09:30:00Z", "connections": 3}]
            """
        let terminals = #"[{"name": "1", "last_activity": "2026-11-25T09:59:59.500000Z"}]"#
        #expect(report(kernels) == JupyterReport(lastActivity: moment + 0.25, lastWork: moment - 1800, busyKernels: 1))
        #expect(report(kernels, terminals) == JupyterReport(lastActivity: moment + 0.25, lastWork: moment - 0.5, busyKernels: 1))
        #expect(report("[]") == JupyterReport(lastActivity: moment + 0.25, lastWork: nil, busyKernels: 0))
        // Where terminals are turned off, or say something strange.
        #expect(report("[]", #"{"message": "no"}"#) == report("[]"))
    }

    @Test(arguments: [("{}", "{}"), ("no JSON", "[]"), ("[]", "[]"), (#"{"last_activity": 5}"#, "[]")])
    func whatIsNotJupyterIsNothing(status: String, kernels: String) { #expect(report(status: status, kernels) == nil) }

    @Test func aTimeThatIsNoneIsNone() {
        #expect(report(status: #"{"last_activity": "yesterday"}"#, "[]") == JupyterReport(lastActivity: nil, lastWork: nil, busyKernels: 0))
    }

    @Test func takesOnlyAGoodAnswersBody() {
        func body(_ text: String) -> String? { JupyterQuestions.body(Data(text.utf8)).map { String(decoding: $0, as: UTF8.self) } }
        #expect(body("HTTP/1.1 200 OK\r\nA: b\r\n\r\n[]") == "[]")
        for bad in ["HTTP/1.1 404 Not Found\r\n\r\n[]", "HTTP/1.1 200 OK\r\n[]", "SSH-2.0 200\r\n\r\n[]", "", "HTTP/1.1"] {
            #expect(body(bad) == nil, "\(bad)")
        }
    }

    /// A server that never stops talking costs a bounded amount, one that is silent is not waited for by others.
    @Test func asksAsTheOwnerAndLeavesNoTrace() throws {
        let jupyter = try JupyterStandIn()
        try jupyter.listen(answering: "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 2 << 20))
        #expect(JupyterQuestions(record: jupyter.record()).report() == nil)
        #expect(jupyter.request.hasPrefix("GET /user/alice/api/status?no_track_activity=1 HTTP/1.0\r\n"))
        #expect(jupyter.request.contains("\r\nX-Berth-Secret: the-secret\r\n"))
    }
}
