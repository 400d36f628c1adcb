import Foundation
import Testing

/// The plan of the house, read from the sources themselves.
@Suite struct ImportsTests {
    /// Modules in the order of `docs/architecture.md`: each imports only what stands above it.
    private static let order = [
        "CPAM", "COpenSSL", "CYAML", "CCurl", "CZstd", "CLinux", "Phrases", "Secrets", "UnixSockets", "UntrustedFiles", "Processes",
        "PAM", "TLS", "YAML", "Curl", "Zstd",
        "Configuration", "LauncherProtocol", "Environments", "Checks",
        "NSS", "Docker", "Egress", "Store", "Logins", "Spawner", "Launcher",
        "Audit", "Metering", "Accounts", "Watch", "Servers", "Reactor", "Proxy", "Hub", "berth",
    ]
    private static let launcher: Set = ["PAM", "NSS", "Docker", "Egress", "Store", "Logins", "Spawner", "Launcher"]
    private static let gateway = ["Audit", "Metering", "Accounts", "Watch", "Servers", "Reactor", "Proxy", "Hub"]

    /// The modules of this package that `module` imports.
    private static func imports(of module: String) throws -> Set<String> {
        var found: Set<String> = []
        for text in try SourceFiles.texts(of: module) {
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ")
                guard words.contains("import"), let name = words.last, !line.hasPrefix("//"), words.count <= 3 else { continue }
                found.insert(String(name))
            }
        }
        return found.intersection(order)
    }

    @Test(arguments: order)
    func importsOnlyWhatStandsAbove(module: String) throws {
        let place = try #require(Self.order.firstIndex(of: module))
        for imported in try Self.imports(of: module) {
            let above = try #require(Self.order.firstIndex(of: imported))
            #expect(above < place, "\(module) imports \(imported), which stands below it")
        }
    }

    @Test(arguments: gateway)
    func theGatewayLinksNothingOfTheLauncher(module: String) throws {
        #expect(try Self.imports(of: module).isDisjoint(with: Self.launcher))
    }

    @Test(arguments: [("CPAM", "PAM"), ("COpenSSL", "TLS"), ("CYAML", "YAML"), ("CCurl", "Curl"), ("CZstd", "Zstd")])
    func oneModuleOwnsEachLibrary(library: String, owner: String) throws {
        for module in Self.order where module != owner {
            #expect(try !Self.imports(of: module).contains(library), "\(module) imports \(library)")
        }
    }

    @Test func everyModuleHasItsPlace() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: SourceFiles.root.appendingPathComponent("Sources").path)
        #expect(Set(folders) == Set(Self.order))
    }

    @Test func theProxyStandsOnNoFramework() throws {
        for module in ["Reactor", "Proxy", "TLS"] {
            #expect(try !SourceFiles.texts(of: module).contains { $0.contains("import NIO") })
        }
    }
}
