import Configuration
import Foundation
import LauncherProtocol
import Synchronization
import Testing

@testable import Store

@Suite("The store: pip reaches its index and what the recipe names, and code that it runs reaches nothing else", .serialized)
struct PipEgressTests {
    @Test("Code that runs while pip builds reaches neither this host nor what is around it, and is told so")
    func nothingElse() async throws {
        let folder = try PipIndex()
        let (loopback, admitted) = (try WebServer(folder.path), try WebServer(folder.path))
        let neighbour = try Neighbour()
        let bridge = try WebServer(folder.path, on: neighbour.gateway)
        let sdist = try SourceDistribution(
            "berthcurious",
            setup: """
                def direct(host, port):
                    try:
                        socket.create_connection((host, port), 5).close(); return "reached"
                    except OSError as error:
                        return type(error).__name__
                def proxied(url):
                    try:
                        urllib.request.urlopen(url, timeout=20).read(); return "reached"
                    except OSError as error:
                        return str(error)
                found = {
                    "interfaces": sorted(os.listdir("/sys/class/net")),
                    "direct": [direct(*place) for place in [
                        ("127.0.0.1", \(loopback.port)), ("\(bridge.address)", \(bridge.port)), ("\(neighbour.address)", 8000),
                        ("169.254.169.254", 80), ("pypi.org", 443)]],
                    "proxied": [proxied(url) for url in [
                        "\(loopback.url)/", "\(bridge.url)/", "http://\(neighbour.address):8000/", "http://169.254.169.254/",
                        "https://not-admitted.example/"]],
                    "admitted": proxied("\(admitted.url)/"),
                    "secrets": [name for name, value in os.environ.items() if "secret" in value],
                }
                """)
        var settings = sdist.settings(Bench.settings)
        settings.pipHosts = ["127.0.0.1:\(admitted.port)"]
        settings.variables["no_proxy"] = "secret.example"
        // That they can be reached from here at all is what makes the rest worth anything.
        for url in [loopback.url, bridge.url, "http://\(neighbour.address):8000"] {
            #expect(Bench.run("/usr/bin/curl", "--silent", "--fail", "--output", "/dev/null", url + "/").status == 0, "\(url)")
        }
        let bench = try await TestStore(settings: settings, warm: true)
        let told = Mutex<[String]>([])
        _ = try await bench.store.create(for: bench.owner, environment: "berthcurious", recipe: sdist.recipe) { progress in
            told.withLock { $0.append(progress.message.english) }
        }
        let mount = try await bench.store.mount("berthcurious", for: 1500)
        let text = bench.inEnvironment(mount, "$PREFIX/bin/python -c 'import berthcurious, json; print(json.dumps(berthcurious.found))'")
            .text
        let found = try JSONDecoder().decode(Found.self, from: Data(text.utf8))
        #expect(found.interfaces == ["lo"])
        #expect(found.direct.count == 5 && !found.direct.contains("reached"), "\(found.direct)")
        #expect(found.proxied.count == 5 && found.proxied.allSatisfy { $0.contains("403") }, "\(found.proxied)")
        #expect(found.admitted == "reached")
        #expect(found.secrets == [])
        for host in ["127.0.0.1:\(loopback.port)", "169.254.169.254:80", "not-admitted.example:443"] {
            #expect(told.withLock { $0.contains { $0.contains("asked for \(host)") && $0.contains("environments.pip_hosts") } }, "\(host)")
        }
    }

    private struct Found: Decodable {
        let interfaces: [String]
        let direct: [String]
        let proxied: [String]
        let admitted: String
        let secrets: [String]
    }

    @Test("A build that fails for a host that is not admitted says so; a recipe's own host has to be public")
    func refused() async throws {
        let folder = try PipIndex(wheel: "tiny")
        let server = try WebServer(folder.path)
        let bench = try await TestStore(warm: true)
        let error = try #require(
            await #expect(throws: StoreError.self) {
                try await bench.store.create(
                    for: bench.owner, environment: "x",
                    recipe: "dependencies: [python=3.11, pip, {pip: ['tiny @ \(server.url)/simple/tiny/\(folder.wheel)']}]\n"
                ) { _ in }
            })
        #expect(error.log.contains { $0.contains("127.0.0.1:\(server.port)") && $0.contains("a private network") }, "\(error)")
        bench.expectNothingBuilt()
    }

    @Test("A URL on the channel's server, and a recipe's own index that an administrator admits, are installed from")
    func namedByRecipe() async throws {
        let folder = try PipIndex(wheel: "tiny")
        for part in ["noarch", "linux-64", "linux-aarch64"] {
            try? FileManager.default.createSymbolicLink(atPath: "\(folder.path)/\(part)", withDestinationPath: "\(Bench.channel)/\(part)")
        }
        let (channel, index) = (try WebServer(folder.path), try WebServer(folder.path))
        var settings = Bench.settings
        settings.channels = [channel.url]
        settings.pipHosts = ["127.0.0.1:\(index.port)"]
        let bench = try await TestStore(settings: settings, warm: true)
        try await expectTiny(
            bench, "direct", "dependencies: [python=3.11, pip, {pip: ['tiny @ \(channel.url)/simple/tiny/\(folder.wheel)']}]\n")
        try await expectTiny(
            bench, "index", "dependencies: [python=3.11, pip, {pip: ['--index-url \(index.url)/simple', tiny==1.0]}]\n")
    }

    @Test("The index of a pip.conf that an administrator mounts is installed from")
    func configured() async throws {
        let folder = try PipIndex(wheel: "tiny")
        let server = try WebServer(folder.path)
        try "[global]\nindex-url = \(server.url)/simple\n".write(toFile: folder.path + "/pip.conf", atomically: true, encoding: .utf8)
        var settings = Bench.settings
        settings.mounts.removeAll { $0.target == "/etc/pip.conf" }
        settings.mounts.append(SharedDirectory(source: folder.path + "/pip.conf", target: "/etc/pip.conf", readOnly: true))
        let bench = try await TestStore(settings: settings, warm: true)
        try await expectTiny(bench, "x", "dependencies: [python=3.11, pip, {pip: [tiny==1.0]}]\n")
    }

    private func expectTiny(_ bench: TestStore, _ name: String, _ recipe: String) async throws {
        _ = try await bench.store.create(for: bench.owner, environment: name, recipe: recipe) { _ in }
        let mount = try await bench.store.mount(name, for: 1500)
        #expect(bench.inEnvironment(mount, "$PREFIX/bin/python -c 'import tiny; print(tiny.answer)'").text == "42\n")
    }
}

/// Another container on the engine's usual network, with a web server.
private final class Neighbour: Sendable {
    let address: String
    /// This host, as it sees it.
    let gateway: String
    private let name = "berth-neighbour-" + UUID().uuidString.lowercased()

    init() throws {
        let run = Bench.docker(
            "run", "--detach", "--name", name, "--network", "bridge", Bench.builderImage, "python3", "-m", "http.server", "8000")
        try #require(run.status == 0, "\(run.text)")
        let format = "{{with .NetworkSettings.Networks.bridge}}{{.IPAddress}} {{.Gateway}}{{end}}"
        let addresses = Bench.docker("inspect", "--format", format, name).text.split(whereSeparator: \.isWhitespace).map(String.init)
        try #require(addresses.count == 2, "\(addresses)")
        (address, gateway) = (addresses[0], addresses[1])
        // Until it answers.
        let asked = Bench.run(
            "/usr/bin/curl", "--silent", "--output", "/dev/null", "--retry", "30", "--retry-delay", "1", "--retry-connrefused",
            "http://\(address):8000/")
        try #require(asked.status == 0)
    }

    deinit { _ = Bench.docker("rm", "--force", name) }
}

@Suite struct PipHostsTests {
    private func rules(_ settings: EnvironmentConfiguration, pip: String = "", naming lines: [String] = []) -> (PipHosts, String) {
        let hosts = PipHosts(settings, pip: [PipConfiguration(pip), PipConfiguration(variables: settings.variables)])
        return (hosts, "\(hosts.rules(naming: lines))")
    }

    @Test("Where nobody says otherwise it's PyPI, with the channels") func usual() {
        let (hosts, rules) = rules(EnvironmentConfiguration())
        for host in ["pypi.org", "files.pythonhosted.org", "conda.anaconda.org"] { #expect(rules.contains("\"\(host)\""), "\(rules)") }
        #expect(hosts.upstream == nil)
    }

    @Test("An index in pip.conf or in a variable stands in PyPI's place, and the host's proxy is found") func configured() {
        var settings = EnvironmentConfiguration()
        settings.variables = ["PIP_EXTRA_INDEX_URL": "https://x.example/a https://y.example/b", "HTTPS_PROXY": "http://proxy.example:3128"]
        let (hosts, rules) = rules(
            settings,
            pip: """
                # index-url = https://comment.example
                [global]
                Index_URL: https://u:p@i.example:8443/simple
                extra-index-url =
                    https://e.example/1
                    https://f.example/2
                [install]
                trusted-host = t.example
                """, naming: ["--extra-index-url https://download.pytorch.org/whl/cpu", "a @ https://github.com/a/b/archive/main.zip"])
        for host in [
            "x.example", "y.example", "i.example", "e.example", "f.example", "t.example", "download-r2.pytorch.org", "codeload.github.com",
        ] { #expect(rules.contains("\"\(host)\""), "\(host)") }
        for host in ["pypi.org", "comment.example", "proxy.example"] { #expect(!rules.contains(host), "\(host)") }
        #expect(hosts.upstream != nil)
    }

    @Test("The files of pip are those that are mounted for the builder") func files() {
        var settings = EnvironmentConfiguration()
        #expect(PipConfiguration.paths(settings) == [])
        settings.mounts = [
            SharedDirectory(source: "/srv/etc", target: "/etc/xdg", readOnly: true),
            SharedDirectory(source: "/srv/pip.conf", target: "/etc/pip.conf", readOnly: true),
            SharedDirectory(source: "/srv/mine", target: "/mine", readOnly: true),
        ]
        settings.variables["PIP_CONFIG_FILE"] = "/mine/pip.conf"
        #expect(PipConfiguration.paths(settings) == ["/srv/etc/pip/pip.conf", "/srv/pip.conf", "/srv/mine/pip.conf"])
    }
}
