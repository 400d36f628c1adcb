import Foundation
import Testing

@testable import Watch

/// Header fields and names, as text.
@Suite struct WebParserTests {
    @Test(
        arguments: [
            (#"</v2/a/tags/list?last=3&n=3>; rel="next""#, "/v2/a/tags/list?last=3&n=3"),
            (#"<a>; rel="prev", <b,c>; title="x, y"; rel=next"#, "b,c"), (#"<a>; rel="first next""#, "a"),
            (#"<a>; rel="prev""#, nil), ("", nil), ("<a", nil), (#"a; rel="next""#, nil),
        ] as [(String, String?)]) func findsTheNextPage(field: String, target: String?)
    {
        #expect(LinkHeader.target(of: "next", in: field) == target)
    }

    @Test func readsChallenges() throws {
        let field = #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/x:pull""#
        let challenge = try #require(BearerChallenge(field))
        #expect(
            challenge.tokenURL(for: "library/x")
                == "https://auth.docker.io/token?service=registry.docker.io&scope=repository:library/x:pull")
        let bare = try #require(BearerChallenge(#"bearer realm="http://127.0.0.1:5000/t?a=1", error="a \"b\", c""#))
        #expect(bare.tokenURL(for: "a b") == "http://127.0.0.1:5000/t?a=1&scope=repository:a%20b:pull")
        #expect(BearerChallenge(#"Basic realm="x""#) == nil)
        #expect(BearerChallenge("Bearer") == nil)
        #expect(try #require(BearerChallenge(#"Bearer realm="file:///etc/passwd""#)).tokenURL(for: "x") == nil)
    }

    @Test func readsHowLongToWait() throws {
        let now = Date(timeIntervalSince1970: 784_111_747)  // Sun, 06 Nov 1994 08:49:07 GMT
        #expect(RetryAfter.seconds(" 120 ", now: now) == 120)
        #expect(RetryAfter.seconds("Sun, 06 Nov 1994 08:49:37 GMT", now: now) == 30)
        #expect(RetryAfter.seconds("Sun, 06 Nov 1994 08:49:00 GMT", now: now) == 0)
        #expect(RetryAfter.seconds("999999999", now: now) == 86_400)
        for text in ["soon", "-3", ""] { #expect(RetryAfter.seconds(text, now: now) == nil) }
    }

    @Test func followsOnlyToWhatIsASafe() {
        #expect(WebAddress.resolved("/b?c", from: "https://host:8443/a") == "https://host:8443/b?c")
        #expect(WebAddress.resolved("https://other/x", from: "http://host/a") == "https://other/x")
        #expect(WebAddress.resolved("http://host/x", from: "https://host/a") == nil)
        #expect(WebAddress.resolved("file:///etc/passwd", from: "http://host/a") == nil)
        #expect(WebAddress("https://HOST/x") == WebAddress("https://host:443/y"))
    }

    @Test(
        arguments: [
            ("pytorch/pytorch:2.9.1-cuda12.8", "https://registry-1.docker.io", "pytorch/pytorch", "2.9.1-cuda12.8"),
            ("python", "https://registry-1.docker.io", "library/python", "latest"),
            ("docker.io/library/python:3", "https://registry-1.docker.io", "library/python", "3"),
            ("ghcr.io/a/b/c:1", "https://ghcr.io", "a/b/c", "1"), ("localhost/x", "http://localhost", "x", "latest"),
            ("127.0.0.1:5000/a/b:1", "http://127.0.0.1:5000", "a/b", "1"), ("[::1]:5000/a:1", "http://[::1]:5000", "a", "1"),
            ("quay.io/a@sha256:00", "https://quay.io", "a", nil),
        ] as [(String, String, String, String?)]) func takesImageNamesApart(text: String, base: String, repository: String, tag: String?)
        throws
    {
        let name = try #require(ImageName(text))
        #expect(name.base == base && name.repository == repository && name.tag == tag)
    }

    @Test func findsTheNewestTagOfTheSameForm() {
        let tags = [
            "2.9.1-cuda12.8-cudnn9-runtime", "2.9.1-cuda13.0-cudnn9-runtime", "2.10.0-cuda12.8-cudnn9-runtime",
            "2.10.0-cuda12.8-cudnn9-devel", "2.8.0-cuda12.9-cudnn9-runtime", "2.11-cuda12.8-cudnn9-runtime", "latest",
            "2.10.0-cuda13.0-cudnn9-runtime",
        ]
        let used = ImageTag("2.9.1-cuda12.8-cudnn9-runtime")
        #expect(used.form == "#-cuda#-cudnn#-runtime" && used.numbers == ["2.9.1", "12.8", "9"])
        #expect(used.newest(of: tags)?.text == "2.10.0-cuda13.0-cudnn9-runtime")
        #expect(used.newest(of: tags) { $0.hasPrefix("2.10") }?.text == "2.9.1-cuda13.0-cudnn9-runtime")
        #expect(ImageTag("2.10.0-cuda13.0-cudnn9-runtime").newest(of: tags) == nil)
        #expect(ImageTag("latest").newest(of: tags) == nil)
        #expect(ImageTag("3.11").newest(of: ["3.9", "3.12", "3", "3.12.1"])?.text == "3.12")
    }
}
