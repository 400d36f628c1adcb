import Metrics
import Testing

@testable import Metering

@Suite struct ExpositionTests {
    @Test func helpAndLabelsAreEscaped() {
        let family = MetricFamily("a_total", .counter, help: "One\\two\nlines \"quoted\".")
            .adding(1, [.init("path", "C:\\DIR\n\"x\"")])
        #expect(
            Exposition.text([family]) == """
                # HELP a_total One\\\\two\\nlines "quoted".
                # TYPE a_total counter
                a_total{path="C:\\\\DIR\\n\\"x\\""} 1

                """)
    }

    @Test func namesAreThoseThatPrometheusTakes() {
        #expect(Exposition.name("berth.log-ins:a") == "berth_log_ins:a")
        #expect(Exposition.name("2x é") == "_2x__")
        #expect(MetricFamily.Label("a:b", "").name == "a_b")
    }

    @Test func numbersReadBackAsThemselves() {
        #expect(Exposition.number(3) == "3" && Exposition.number(0.1) == "0.1" && Exposition.number(-2.5e-7) == "-2.5e-07")
        #expect(Exposition.number(.infinity) == "+Inf" && Exposition.number(-.infinity) == "-Inf" && Exposition.number(.nan) == "NaN")
        #expect(Double(Exposition.number(1e300)) == 1e300)
    }

    @Test func aFamilyWithoutSamplesIsNotShown() {
        #expect(Exposition.text([MetricFamily("a", .gauge, help: "x")]) == "")
    }
}

@Suite struct MetricsRegistryTests {
    private let registry = MetricsRegistry()

    @Test func countersMetersAndTimersInOrder() {
        registry.describe("start_seconds", "Starts.", bounds: [1, 5])
        registry.describe("logins_total", "Log-ins.")
        for result in ["refused", "success", "success"] {
            Counter(label: "logins_total", dimensions: [("result", result)], factory: registry).increment()
        }
        Metrics.Meter(label: "servers", dimensions: [], factory: registry).set(7)
        let timer = Metrics.Timer(label: "start_seconds", dimensions: [("phase", "all")], factory: registry)
        for milliseconds in [500, 1000, 1001, 9000] { timer.recordMilliseconds(milliseconds) }
        #expect(
            Exposition.text(registry.families) == """
                # HELP logins_total Log-ins.
                # TYPE logins_total counter
                logins_total{result="refused"} 1
                logins_total{result="success"} 2
                # TYPE servers gauge
                servers 7
                # HELP start_seconds Starts.
                # TYPE start_seconds histogram
                start_seconds_bucket{phase="all",le="1"} 2
                start_seconds_bucket{phase="all",le="5"} 3
                start_seconds_bucket{phase="all",le="+Inf"} 4
                start_seconds_sum{phase="all"} 11.501
                start_seconds_count{phase="all"} 4

                """)
    }

    @Test func theOrderOfLabelsMakesNoDifference() {
        Counter(label: "c", dimensions: [("b", "2"), ("a", "1")], factory: registry).increment()
        Counter(label: "c", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment(by: 4)
        #expect(Exposition.text(registry.families).contains("c{a=\"1\",b=\"2\"} 5\n"))
    }

    @Test func oneNameHasOneType() {
        Counter(label: "x", dimensions: [("a", "1")], factory: registry).increment()
        Metrics.Meter(label: "x", dimensions: [("a", "2")], factory: registry).set(1)
        #expect(registry.families.map(\.samples.count) == [1])
    }
}
