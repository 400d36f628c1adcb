import Testing

@testable import Egress

/// Which addresses are of the internet at large.
@Suite struct PublicAddressTests {
    @Test(
        "Private, local and special addresses",
        arguments: [
            "127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
            "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
            "2001::1",
            "ff02::1",
        ]) func notPublic(address: String) throws
    {
        #expect(try #require(PublicAddress.look(up: address).first).isPublic == false)
    }

    @Test(
        "Addresses of the internet", arguments: ["8.8.8.8", "172.32.0.1", "192.169.0.1", "100.128.0.1", "2001:4860:4860::8888", "2a00::1"])
    func publicOnes(address: String) throws {
        let found = try #require(PublicAddress.look(up: address).first)
        #expect(found.isPublic && found.text == address)
    }
}
