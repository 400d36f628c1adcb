import Testing
import YAML

@Suite("YAML: what a scalar means")
struct ScalarTests {
    private func scalar(_ text: String) throws -> Scalar {
        try #require(try Node.parse("v: \(text)\n")?["v"]?.scalar)
    }

    @Test(
        "Booleans are true and false alone",
        arguments: [
            ("true", true), ("False", false), ("yes", nil), ("on", nil), ("'true'", nil), ("!!str true", nil),
        ])
    func booleans(text: String, value: Bool?) throws {
        #expect(try scalar(text).bool == value)
    }

    @Test(
        "Integers",
        arguments: [
            ("12", 12), ("-3", -3), ("+4", 4), ("0x1f", 31), ("0o17", 15), ("012", 12), ("1_000", nil), ("0x-1", nil),
            ("'12'", nil), ("99999999999999999999", nil),
        ])
    func integers(text: String, value: Int?) throws {
        #expect(try scalar(text).int == value)
    }

    @Test(
        "Numbers",
        arguments: [
            ("1.5", 1.5), ("1e3", 1000), ("2", 2), (".inf", Double.infinity), ("inf", nil), ("nan", nil), ("0x1p3", nil),
        ])
    func numbers(text: String, value: Double?) throws {
        #expect(try scalar(text).float == value)
    }

    @Test(
        "Text is what is nothing else, or is quoted",
        arguments: [
            ("word", "word"), ("'12'", "12"), ("\"\"", ""), ("yes", "yes"), ("3.11", nil), ("~", nil), ("true", nil),
            ("!!str 12", "12"), ("3.11.2", "3.11.2"),
        ])
    func strings(text: String, value: String?) throws {
        #expect(try scalar(text).string == value)
    }

    @Test("Null is nothing, ~ or null", arguments: [("", true), ("~", true), ("null", true), ("''", false)])
    func null(text: String, value: Bool) throws {
        #expect(try scalar(text).isNull == value)
    }
}
