import Reactor
import Testing

@testable import Proxy

@Suite("Where a path leads")
struct RoutingTests {
    private func describe(_ target: String) -> String {
        let bytes = Array(target.utf8)
        return bytes.withUnsafeBytes { raw in
            let view = ByteView(raw)
            switch Route(target: view) {
            case .root: return "root"
            case .hub: return "hub"
            case .service(let name, let lacksSlash): return "service \(view[name].text)\(lacksSlash ? " lacks" : "")"
            case .user(let path):
                return [path.owner, path.segment, path.rest(isNamed: false), path.rest(isNamed: true)]
                    .map { view[$0].text }.joined(separator: "|")
            }
        }
    }

    @Test(
        "by its text alone",
        arguments: [
            ("/", "root"), ("/?x", "root"), ("/hub", "hub"), ("/hub/user/alice", "hub"), ("/user", "hub"), ("/user/", "hub"),
            ("/user//x", "hub"), ("//user/alice/", "hub"), ("/User/alice/", "hub"), ("/%75ser/alice/", "hub"), ("*", "hub"),
            ("/user/alice", "alice|||"), ("/user/alice/", "alice|||"), ("/user/alice?a=/b", "alice|||"),
            ("/user/alice/lab", "alice|lab|lab|"), ("/user/alice/gpu/api/x?y", "alice|gpu|gpu/api/x|api/x"),
            ("/user/a%2Fb/../c", "a%2Fb|..|../c|c"), ("/services/", "hub"), ("/services/a", "service a lacks"),
            ("/services/a/b?c", "service a"), ("/services//x", "service "), ("/Services/a/", "hub"),
        ])
    func routes(target: String, expected: String) {
        #expect(describe(target) == expected)
    }

    @Test(
        "who may pass",
        arguments: [
            (Access.Proof.none, true, Access.Verdict.logIn), (.cookie, true, .allow), (.token, true, .allow),
        ])
    func access(proof: Access.Proof, wantsPage: Bool, verdict: Access.Verdict) {
        let access = Access(
            proof: proof, opensServer: true, isUpgrade: false, isSafe: true, isFromSite: false, wantsPage: wantsPage)
        #expect(access.verdict == verdict)
    }

    @Test("every combination: a cookie alone never changes anything for another site")
    func allCombinations() {
        for proof in [Access.Proof.none, .cookie, .token] {
            for bits in 0..<32 {
                let access = Access(
                    proof: proof, opensServer: bits & 1 != 0, isUpgrade: bits & 2 != 0, isSafe: bits & 4 != 0,
                    isFromSite: bits & 8 != 0, wantsPage: bits & 16 != 0)
                guard access.verdict == .allow else { continue }
                #expect(proof != .none)
                #expect(access.opensServer)
                if proof == .cookie { #expect(access.isFromSite || (access.isSafe && !access.isUpgrade)) }
            }
        }
    }

    @Test(
        "tokens and cookies are found",
        arguments: [
            ("token abc", "abc"), ("Bearer  abc ", "abc"), ("TOKEN abc", "abc"), ("Basic abc", nil), ("token", nil),
            ("token ", nil),
        ])
    func tokens(value: String, token: String?) {
        let bytes = Array(value.utf8)
        bytes.withUnsafeBytes { raw in
            #expect(Credentials.token(inAuthorization: ByteView(raw))?.text == token)
        }
    }

    @Test(
        "the token's parameter is found by its name alone",
        arguments: [
            ("/x?token=a", "token=a"), ("/x?a=1&token=b&c", "token=b"), ("/x?mytoken=a", nil), ("/x", nil), ("/x?token", nil),
            ("/token=a", nil), ("/x?a&token=", "token="),
        ])
    func parameters(target: String, parameter: String?) {
        let bytes = Array(target.utf8)
        bytes.withUnsafeBytes { raw in
            let view = ByteView(raw)
            #expect(Credentials.tokenParameter(in: view).map { view[$0].text } == parameter)
        }
    }
}

@Suite("Cookies")
struct CookieTests {
    private func written(_ value: String, _ body: (ByteView, Buffer) -> Void) -> String {
        let buffer = Buffer(capacity: 4096)
        let bytes = Array(value.utf8)
        bytes.withUnsafeBytes { body(ByteView($0), buffer) }
        return buffer.readable.text
    }

    @Test(
        "Berth's are taken out on the way to a server",
        arguments: [
            ("a=1; __Host-berth-session=x; b=2", "Cookie: a=1; b=2\r\n"), ("__host-BERTH-session=x", ""),
            ("berth-x=1;berth-y=2", ""), ("a=berth-x; xberth-a=1", "Cookie: a=berth-x; xberth-a=1\r\n"),
            ("__Secure-berth-a=1; c", "Cookie: c\r\n"), ("", ""), (";;", ""),
        ])
    func request(value: String, expected: String) {
        #expect(written(value) { Cookies.appendForeign($0, to: $1) } == expected)
    }

    @Test(
        "a server's are confined",
        arguments: [
            ("a=1", "a=1; Path=/user/x/; Secure; SameSite=Lax"),
            ("a=1; Path=/", "a=1; Path=/user/x/; Secure; SameSite=Lax"),
            ("a=1; path=/user/x/lab; secure", "a=1; secure; Path=/user/x/lab; SameSite=Lax"),
            ("a=1; Path=/user/x/lab; Path=/user/y/", "a=1; Path=/user/x/; Secure; SameSite=Lax"),
            ("a=1; Path=/user/xy/; SameSite=Strict", "a=1; SameSite=Strict; Path=/user/x/; Secure"),
            ("a=1; Domain=example.org; DOMAIN=.x; HttpOnly", "a=1; HttpOnly; Path=/user/x/; Secure; SameSite=Lax"),
            ("a=1; Path; Max-Age=3", "a=1; Max-Age=3; Path=/user/x/; Secure; SameSite=Lax"),
            ("__Host-berth-session=1", nil), ("BERTH-a=1", nil), ("=__Host-berth-session=1", nil), ("berth-a", nil),
            ("__Host-x=1; Path=/", nil), (" =a", nil),
        ])
    func response(value: String, expected: String?) {
        let path = Array("/user/x/".utf8)
        let written = written(value) { value, buffer in
            path.withUnsafeBytes { Cookies.appendConfined(value, path: ByteView($0), isSecure: true, to: buffer) }
        }
        #expect(written == (expected.map { "Set-Cookie: \($0)\r\n" } ?? ""))
    }
}

@Suite("Answers of the proxy's own")
struct LocalAnswerTests {
    @Test("have the length that they say", arguments: [LocalAnswer.Body.none, .json, .page])
    func length(body: LocalAnswer.Body) {
        let buffer = Buffer(capacity: 4096)
        LocalAnswer(status: .failedDependency, message: "words", body: body).append(to: buffer)
        let text = buffer.readable.text
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        #expect(Answer.field("content-length", in: String(parts[0])) == "\(parts[1].utf8.count)")
    }
}
