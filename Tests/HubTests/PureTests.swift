import Configuration
import Environments
import Foundation
import HTTPTypes
import Secrets
import Testing
@testable import Hub

@Suite struct NextPathTests {
    @Test(arguments: [
        "//h", "/\\h", "/\t/h", "https:h", "/%2f%2fh", "/..//h", "\\/h", "", "h", "https://h/", "/%5ch", "/%252f%252fh", "/hub/../..//h",
        "/hub/%2e%2e/x",
        "/hub/%0d%0aSet-Cookie:x", "/hub/home\r\nX: y", "/hub/login", "/hub/logout", "/elsewhere", "/hub\u{e9}", "/user/a//b",
        "javascript:alert(1)",
    ])
    func leadsNowhere(candidate: String) { #expect(NextPath(candidate) == nil) }

    @Test(arguments: [
        "/hub/home", "/", "/user/alice/lab", "/user/alice/lab/tree/a%20b.ipynb?reset#x",
        "/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgithub.com%2Fa%2Fb&urlpath=lab%2Ftree%2FR%2Findex.ipynb%3Fautodecode&targetpath=D",
    ])
    func staysAsItIs(candidate: String) { #expect(NextPath(candidate)?.text == candidate) }

    @Test func nothingAsksForNothing() { #expect(NextPath(nil) == nil) }
}

@Suite struct OriginTests {
    private func origin(_ fields: HTTPFields) -> RequestOrigin { RequestOrigin(fields, site: "https://hub.example.org") }

    @Test func fetchMetadataCountsFirst() {
        #expect(origin([.secFetchSite: "same-origin"]) == .own)
        #expect(origin([.secFetchSite: "none"]) == .own)
        #expect(origin([.secFetchSite: "cross-site", .origin: "https://hub.example.org"]) == .foreign)
        #expect(origin([.secFetchSite: "same-site"]) == .foreign)
    }

    @Test func thenOriginThenReferer() {
        #expect(origin([.origin: "https://HUB.example.org"]) == .own)
        #expect(origin([.origin: "null"]) == .foreign)
        #expect(origin([.origin: "https://hub.example.org.evil.org"]) == .foreign)
        #expect(origin([.referer: "https://hub.example.org/hub/home"]) == .own)
        #expect(origin([.referer: "https://hub.example.org.evil.org/"]) == .foreign)
        #expect(origin([:]) == .unknown)
    }
}

@Suite struct FormTests {
    private func text(_ secret: Secret?) -> String? { secret?.withBytes { String(decoding: $0, as: UTF8.self) } }
    private func parse(_ body: String) throws -> FormBody { try Array(body.utf8).withUnsafeBytes { try FormBody(urlEncoded: $0) } }

    @Test func passwordsAreSecretsAndNothingElseIs() throws {
        let form = try parse("username=a%2Bb+c&password=p%26%3D%c3%a9+%25&answer0=x&empty=&flag")
        #expect(form.texts == ["username": "a+b c", "empty": "", "flag": ""])
        #expect(text(form.secrets["password"]) == "p&=é %")
        #expect(text(form.secrets["answer0"]) == "x")
    }

    @Test func brokenEscapesStayAsTheyAre() throws {
        #expect(try parse("a=%&b=%4&c=%zz").texts == ["a": "%", "b": "%4", "c": "%zz"])
        #expect(text(try parse("password=%").secrets["password"]) == "%")
    }

    @Test func whatIsNotUTF8IsRefusedAndNoSecret() throws {
        #expect(throws: NotUTF8.self) { try parse("recipe=name:+a%0A%23+f%FCr") }
        #expect(text(try parse("password=%FC").secrets["password"]) == "\u{FFFD}")
        let body =
            Array("--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"lat.yml\"\r\n\r\na\n".utf8) + [0xFC]
            + Array("\r\n--X--\r\n".utf8)
        let refused = #expect(throws: NotUTF8.self) { try MultipartForm.parts(of: body, boundary: "X") }
        #expect(refused?.description.hasPrefix("Line 2 of lat.yml is not UTF-8 text") == true)
    }

    @Test func aMultipartFormOfNothingButBoundariesIsReadOnce() throws {
        // Sixteen times the text must not take 256 times the time; before, it took minutes.
        for boundary in ["", "-"] {
            #expect(try MultipartForm.parts(of: Array(repeating: UInt8(ascii: "-"), count: 1 << 20), boundary: boundary).isEmpty)
        }
    }

    @Test func multipartTakesTheFileWhenNothingWasPasted() throws {
        let body = """
            --X\r\nContent-Disposition: form-data; name="recipe"\r\n\r\n\r\n--X\r\nContent-Disposition: form-data; name="file"; filename="environment.yml"\r\nContent-Type: text/yaml\r\n\r\nname: a\n--not the end\n\r\n--X\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\nmark\r\n--X--\r\n
            """
        #expect(MultipartForm.boundary(of: "multipart/form-data; boundary=X") == "X")
        #expect(MultipartForm.boundary(of: "text/plain; boundary=X") == nil)
        let form = FormBody(try MultipartForm.parts(of: Array(body.utf8), boundary: "X"))
        #expect(form.texts == ["recipe": "", "file": "name: a\n--not the end\n", "_csrf": "mark"])
        #expect(form.files == ["environment.yml": "name: a\n--not the end\n"])
    }

    @Test(arguments: [
        (#"{"auth":{"username":"a","password":"p\"\\\u00e9\ud83d\ude00 x"},"note":"n"}"#, "p\"\\é😀 x"),
        (#"{ "password" : "" }"#, ""),
    ])
    func aPasswordIsTakenOutOfJSON(json: String, expected: String) throws {
        var bytes = Array(json.utf8)
        let secret = bytes.withUnsafeMutableBytes { PasswordInJSON.take(from: $0) }
        #expect(text(secret) == expected)
        let rest = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let inner = rest["auth"] as? [String: Any] ?? rest
        #expect((inner["password"] as? String)?.allSatisfy { $0 == " " } == true)
    }

    @Test(arguments: [
        #"{"password":"x"#, #"{"password":7}"#, #"{"pass":"x"}"#, #"{"password":"\"#, #"{"password":"\q"}"#, "",
        #"{"password":"\ud800\u0000"}"#, #"{"password":"\ud800x1234"}"#, #"{"password":"\ud800\ud800"}"#, #"{"password":"\ud800"}"#,
        #""password""#,
    ])
    func whatIsNoPasswordGivesNone(json: String) {
        var bytes = Array(json.utf8)
        #expect(bytes.withUnsafeMutableBytes { PasswordInJSON.take(from: $0) } == nil)
    }
}

@Suite struct CookieTests {
    @Test func theNameSaysWhetherTheSiteIsSecure() {
        var gateway = GatewayConfiguration()
        #expect(Hub.sessionCookie(for: gateway) == "__Host-berth-session")
        gateway.listen = [.http(address: "127.0.0.1", port: 8000)]
        #expect(Hub.sessionCookie(for: gateway) == "berth-session")
        gateway.publicURL = "https://hub.example.org"
        #expect(Hub.sessionCookie(for: gateway) == "__Host-berth-session")
        gateway.publicURL = "http://127.0.0.1:8000"
        gateway.listen = [.unix(path: "/run/x")]
        #expect(Hub.sessionCookie(for: gateway) == "berth-session")
    }

    @Test func aCookieThatComesTwiceIsNobodys() {
        #expect(HubCookies.value(of: "a", in: [.cookie: "b=1; a=2"]) == "2")
        #expect(HubCookies.value(of: "a", in: [.cookie: "a=1; a=2"]) == nil)
    }
}

@Suite struct EscapingTests {
    @Test func aQuotationMarkWithAnAccentIsEscapedToo() {
        #expect(ScalarEscaping().escapeText("\"\u{301} <\u{338}b> & '") == "&quot;\u{301} &lt;\u{338}b&gt; &amp; &#39;")
    }

    @Test func labelsLoseTheirColons() {
        #expect(LoginRoutes.label("Password: ") == "Password")
        #expect(LoginRoutes.label(": ") == ": ")
    }

    @Test(arguments: [
        ("a", true), ("my-server2", true), ("a--b", false), ("a-", false), ("A", false), ("2a", false), ("", false),
        (String(repeating: "a", count: 31), false),
    ])
    func serverNames(name: String, good: Bool) { #expect(ServerPaths.isName(name) == good) }
}
