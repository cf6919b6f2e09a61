package wdfs.diagnostics;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import wdfs.json.Json;
import wdfs.source.Span;

/// Findings as SARIF 2.1.0, which code scanning reads.
public final class SarifRenderer {
    private static final String SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    private SarifRenderer() {}

    /// @param version of wdfs, three numbers
    public static String render(List<Diagnostic> findings, String version) {
        List<String> codes = List.copyOf(new TreeSet<>(findings.stream().map(Diagnostic::code).toList()));
        Json driver = Json.object().put("name", "wdfs").put("version", version).put("semanticVersion", version)
                .put("rules", Json.array(codes.stream().map(code -> Json.object().put("id", code)
                        .put("help", message("wdfs doc " + code)).build()).toList())).build();
        Json run = Json.object().put("tool", Json.object().put("driver", driver).build())
                .put("invocations", Json.array(List.of(Json.object().put("executionSuccessful", true).build())))
                .put("columnKind", "utf16CodeUnits")
                .put("results", Json.array(findings.stream().map(f -> result(f, codes.indexOf(f.code()))).toList())).build();
        return Json.object().put("$schema", SCHEMA).put("version", "2.1.0").put("runs", Json.array(List.of(run))).build().page();
    }

    private static Json result(Diagnostic finding, int rule) {
        String level = switch (finding.severity()) {
            case ERROR -> "error";
            case WARNING -> "warning";
            case NOTE -> "note";
        };
        StringBuilder text = new StringBuilder(finding.message());
        finding.help().forEach(help -> text.append("\nhelp: ").append(help));
        Json.Members members = Json.object().put("ruleId", finding.code()).put("ruleIndex", rule).put("level", level).put("message", message(text.toString()));
        if (!finding.span().file().path().isEmpty()) {
            members.put("locations", Json.array(List.of(location(finding.span()).build())));
        }
        List<Json> related = new ArrayList<>();
        for (Diagnostic.Label label : finding.labels()) {
            if (!label.span().file().path().isEmpty()) {
                related.add(location(label.span()).put("message", message(label.text())).build());
            }
        }
        if (!related.isEmpty()) {
            members.put("relatedLocations", Json.array(related));
        }
        return members.build();
    }

    private static Json message(String text) {
        return Json.object().put("text", text).build();
    }

    private static Json.Members location(Span span) {
        Region r = Region.of(span);
        Json region = Json.object().put("startLine", r.line()).put("startColumn", r.column()).put("endLine", r.endLine()).put("endColumn", r.endColumn()).build();
        return Json.object().put("physicalLocation", Json.object().put("artifactLocation", Json.object().put("uri", uri(span.file().path())).build()).put("region", region).build());
    }

    /// A path as a URI reference: what a URI cannot have is written as %XX, and a drive begins an absolute one.
    static String uri(String path) {
        StringBuilder uri = new StringBuilder(path.matches("[A-Za-z]:/.*") ? "file:///" : path.startsWith("/") ? "file://" : "");
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._~/".indexOf(c) >= 0 || c == ':' && uri.length() == "file:///C".length() && path.charAt(1) == ':';
            if (plain) {
                uri.append(c);
            } else {
                uri.append("%%%02X".formatted((int) c));
            }
        }
        return uri.toString();
    }
}
