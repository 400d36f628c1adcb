import Secrets
import Testing

@Suite struct SecretTests {
    @Test func keepsBytesAndHidesThemFromText() {
        let secret = Secret("hunter2")
        #expect(secret.withBytes { Array($0) } == Array("hunter2".utf8))
        #expect("\(secret)" == "Secret(7 bytes)")
        #expect(String(reflecting: secret).contains("hunter2") == false)
    }

    @Test func wipeLeavesNothing() {
        var bytes = Array("hunter2".utf8)
        bytes.withUnsafeMutableBytes { $0.wipe() }
        #expect(bytes == [UInt8](repeating: 0, count: 7))
    }

    @Test func anEmptySecretIsASecret() {
        #expect(Secret("").count == 0)
        #expect(Secret("").withBytes { $0.count } == 0)
    }
}
