package wdfs.diagnostics;

import java.util.List;
import java.util.Locale;
import wdfs.json.Json;
import wdfs.source.Span;

/// Findings as JSON: an array, one object for each. Lines and columns begin at 1, columns count UTF-16 code units, and the end
/// of a span is the column behind its last character.
public final class JsonRenderer {
    private JsonRenderer() {}

    public static String render(List<Diagnostic> findings) {
        return Json.array(findings.stream().map(JsonRenderer::finding).toList()).page();
    }

    private static Json finding(Diagnostic finding) {
        Json.Members members = Json.object().put("code", finding.code()).put("severity", finding.severity().name().toLowerCase(Locale.ROOT)).put("message", finding.message());
        place(members, finding.span());
        members.put("labels", Json.array(finding.labels().stream().map(label -> {
            Json.Members m = Json.object().put("text", label.text());
            place(m, label.span());
            return m.build();
        }).toList()));
        return members.put("help", Json.texts(finding.help())).build();
    }

    private static void place(Json.Members members, Span span) {
        Region region = Region.of(span);
        members.put("file", span.file().path()).put("line", region.line()).put("column", region.column()).put("endLine", region.endLine()).put("endColumn", region.endColumn());
    }
}
