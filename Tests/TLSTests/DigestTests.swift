import Testing
import TLS

@Suite("SHA-256 digests")
struct DigestTests {
    @Test(
        "match the vectors of FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func vectors(input: String, expected: String) {
        #expect(Digest(sha256: input.utf8).description == expected)
        #expect(Digest(sha256: Array(input.utf8)) == Digest(sha256: input.utf8))
    }

    @Test("survive being stored")
    func stored() throws {
        let digest = Digest(sha256: "token".utf8)
        #expect(Digest(bytes: digest.bytes) == digest)
        #expect(Digest(bytes: [1, 2, 3]) == nil)
    }
}
