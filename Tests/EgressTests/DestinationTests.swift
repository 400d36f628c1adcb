import Testing

@testable import Egress

@Suite("Hosts and ports, as URLs and requests name them") struct DestinationTests {
    private func destination(_ host: String, _ port: UInt16) -> Destination? { Destination(authority: host, usualPort: port) }

    @Test("A name, with and without a port") func names() {
        #expect(destination("PyPI.org.", 443)?.description == "pypi.org:443")
        #expect(Destination(authority: "pypi.org:8443")?.port == 8443)
        #expect(Destination(authority: "[::1]:80")?.host == "::1")
        #expect(Destination(authority: "[::1]:80")?.description == "[::1]:80")
        #expect(destination("[2001:DB8::1]", 443)?.host == "2001:db8::1")
    }

    @Test(
        "Nothing else",
        arguments: [
            "", ":80", "a:", "a:0", "a:65536", "a:-1", "a:+1", "a:1:2", "user@host:80", "user:pass@host:80", "a b:80", "a/b:80", "a\n:80",
            "[]:80",
            "[::1:80", "::1", "[a]:80", "bücher.example:80", "-x:80", ".x:80", "..:80", "a\u{0}:80",
        ]) func refused(authority: String)
    {
        #expect(Destination(authority: authority) == nil)
    }

    @Test("Every URL in a line of pip's") func named() {
        func named(_ text: String) -> [String] { Destination.named(in: text).map(\.description) }
        #expect(named("--index-url=https://user:secret@mirror.example/simple") == ["mirror.example:443"])
        #expect(named("-f http://a.example:8080/x -i https://B.example") == ["a.example:8080", "b.example:443"])
        #expect(named("x @ git+https://github.com/a/b.git@main#egg=x") == ["github.com:443"])
        #expect(named("https://[::1]:8443/x.whl") == ["[::1]:8443"])
        // What stands before the last @ is no host, and neither is what a browser would mend.
        #expect(named("https://pypi.org@169.254.169.254/") == ["169.254.169.254:443"])
        #expect(named("https://a\\@b.example/") == ["a:443"])
        #expect(named("file:///etc ssh://git@h/x git+ssh://h/x humanize==4.0 ://x https:// http:///x") == [])
    }

    @Test("A pattern means one host or all below one, at its port or at those of the web") func patterns() throws {
        func matches(_ pattern: String, _ authority: String) throws -> Bool {
            try #require(HostPattern(pattern)).matches(try #require(Destination(authority: authority)))
        }
        #expect(try matches("pypi.org", "pypi.org:443") && matches("pypi.org", "pypi.org:80"))
        #expect(try !matches("pypi.org", "pypi.org:22") && !matches("pypi.org", "xpypi.org:443") && !matches("pypi.org", "a.pypi.org:443"))
        #expect(try matches("pypi.org:8443", "pypi.org:8443") && !matches("pypi.org:8443", "pypi.org:443"))
        #expect(try matches("*.hf.co", "cdn.hf.co:443") && !matches("*.hf.co", "hf.co:443") && !matches("*.hf.co", "xhf.co:443"))
        #expect(HostPattern("*") == nil && HostPattern("a/b") == nil && HostPattern("https://a") == nil)
    }

    @Test("The administrator's hosts are at any address, the recipe's at public ones, and others nowhere") func rules() throws {
        let rules = EgressRules(
            administrators: [try #require(HostPattern("a.example"))],
            recipes: [try #require(HostPattern("r.example")), try #require(HostPattern("a.example"))])
        func judge(_ authority: String) throws -> EgressRules.Judgement { rules.judge(try #require(Destination(authority: authority))) }
        #expect(try judge("a.example:443") == .anyAddress)
        #expect(try judge("r.example:443") == .publicAddresses)
        #expect(try judge("r.example:22") == .refused)
        #expect(try judge("x.example:443") == .refused)
    }
}
