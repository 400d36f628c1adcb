import Configuration
import Foundation
import Testing

@Suite("berth.yaml: what it says is what is in force")
struct ReadingTests {
    @Test("An empty file is the defaults", arguments: ["", "# nothing\n", "gateway:\nprofiles: [{}]\n"])
    func empty(yaml: String) throws {
        #expect(try BerthConfiguration(yaml: yaml) == BerthConfiguration())
    }

    @Test("The commented file of production is right, and its comments tell the defaults")
    func production() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let configuration = try BerthConfiguration.load(path: root.appending(path: "config/berth.yaml").path)
        #expect(configuration.profiles[0].gpus == .all)
        #expect(configuration.profiles[0].image.hasPrefix("pytorch/pytorch:"))
        var expected = BerthConfiguration()
        expected.gateway.listen = [.https(address: "0.0.0.0", port: 8443)]
        expected.profiles = configuration.profiles
        #expect(configuration == expected)
    }

    @Test(
        "Listeners",
        arguments: [
            ("https://0.0.0.0:8443", GatewayConfiguration.Listener.https(address: "0.0.0.0", port: 8443)),
            ("https://[::]:443", .https(address: "::", port: 443)),
            ("http://localhost:8000", .http(address: "127.0.0.1", port: 8000)),
            ("redirect://0.0.0.0:80", .redirect(address: "0.0.0.0", port: 80)),
            ("unix:/run/berth/gateway.sock", .unix(path: "/run/berth/gateway.sock")),
        ])
    func listeners(text: String, listener: GatewayConfiguration.Listener) throws {
        #expect(try BerthConfiguration(yaml: "gateway: {listen: '\(text)'}").gateway.listen == [listener])
    }

    @Test(
        "Sizes",
        arguments: [
            ("64g", 64 << 30), ("512MiB", 512 << 20), ("1.5 GB", 3 << 29), ("10k", 10 << 10), ("4096", 4096), ("7b", 7),
        ])
    func sizes(text: String, bytes: Int) throws {
        #expect(try BerthConfiguration(yaml: "engine: {log_size: \(text)}").engine.logSize == bytes)
    }

    @Test(
        "Durations",
        arguments: [
            ("30s", 30.0), ("12h", 43_200), ("1h30m", 5400), ("500ms", 0.5), ("90", 90), ("2w", 1_209_600), ("1.5m", 90),
        ])
    func durations(text: String, seconds: Double) throws {
        #expect(try BerthConfiguration(yaml: "login: {deadline: \(text)}").login.deadline == seconds)
    }

    @Test(
        "GPUs",
        arguments: [
            ("none", GPURequest.none), ("all", .all), ("2", .count(2)), ("[GPU-1, 3]", .devices(["GPU-1", "3"])), ("0", .none),
        ])
    func gpus(text: String, request: GPURequest) throws {
        #expect(try BerthConfiguration(yaml: "profiles: [{gpus: \(text)}]").profiles[0].gpus == request)
    }

    @Test("Relative paths begin at the file's directory, placeholders don't")
    func paths() throws {
        let yaml = "state: ./state\nhomes: {source: '{home}'}\ngateway: {listen: 'unix:g.sock'}\n"
        let configuration = try BerthConfiguration(yaml: yaml, directory: "/srv/berth")
        #expect(configuration.state == "/srv/berth/state")
        #expect(configuration.homes.source == "{home}")
        #expect(configuration.gateway.listen == [.unix(path: "/srv/berth/g.sock")])
    }

    @Test("Variables keep what was written, numbers and booleans too")
    func variables() throws {
        let configuration = try BerthConfiguration(yaml: "engine: {variables: {A: 1.10, B: true, C: , D: 'x y'}}")
        #expect(configuration.engine.variables == ["A": "1.10", "B": "true", "C": "", "D": "x y"])
    }

    @Test("What is printed reads back as the same")
    func roundTrip() throws {
        let yaml = """
            gateway: {public_url: 'https://berth.example.org/', listen: ['https://[::1]:8443', 'unix:/run/b.sock'], tls: {hsts: 365d}}
            login: {failure_delay: 0, form: name, allowed_groups: [lab, "7"]}
            engine: {variables: {A: "x: y", B: "line\\nbreak"}}
            shared: [{source: /srv/data, target: /data, read_only: true}, {source: /srv/x, target: /x}]
            images: {allowed: ['*'], registries: [{registry: 'r.lab:5000', user: u, password_file: registry.secret}]}
            profiles:
              - {name: a, gpus: [GPU-1], memory: 64g, description: 'one: two'}
              - {name: b, gpus: 2, cpus: 1.5, gpu_sharing: shared, cull: {after: 90m, max_age: never}}
            servers: {named_limit: 0, cull: {after: 12h, connections: false}}
            gpus: {devices: [GPU-1, MIG-2]}
            limits:
              - {name: a, groups: [x], one_server: {memory: 8g}, each: {servers: 2}, together: {gpus: 1, cpus: 0.5}, gpu_devices: [GPU-1]}
              - {name: rest, gpu_devices: [], cull: {after: 1h}}
            environments: {collect: off, solver_waits: 20m, mounts: [{source: /etc/ssl/certs, target: /etc/ssl/certs}]}
            watch:
              {interval: 6h, images: true, packages: true, channels: ['https://conda.lab/'], webhooks: [{url: 'https://h/x', form: slack}],
               mail: {server: 'smtps://mail:465', to: [lab@example.org], user: u, password_file: mail.secret, encryption: required}}
            """
        let configuration = try BerthConfiguration(yaml: yaml)
        #expect(try BerthConfiguration(yaml: configuration.inForce) == configuration)
        #expect(configuration.gateway.publicURL == "https://berth.example.org")
        #expect(configuration.gateway.tls.hsts == 365 * 86_400)
        #expect(configuration.environments.mounts[0].readOnly && configuration.environments.collect == nil)
        #expect(configuration.registry(serving: "r.lab:5000/a/b:1")?.passwordFile == "/etc/berth/registry.secret")
        #expect(configuration.registry(serving: "r.lab/a/b:1") == nil && configuration.registry(serving: "a/b") == nil)
        #expect(configuration.watch.isOn && configuration.watch.mail.passwordFile == "/etc/berth/mail.secret")
    }
}
