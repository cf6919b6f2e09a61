package wdfs.semantics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;

/// `parameters { Debug 3; Greeting L"hello"; Names L"a", L"b"; Blob x"01 02"; }`: values of the key Parameters of the driver's
/// service, as the INF's AddReg would put them there.
final class ServiceParameters {
    private ServiceParameters() {}

    /// @return value → type and data, in the order of the text
    static Map<String, String> of(Analysis analysis, Decl.PropertyBlock block, Scope scope) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Decl.Property p : block.properties()) {
            String value = value(analysis, p, scope);
            if (value != null && values.put(p.word().text(), value) != null) {
                analysis.report(SemanticFindings.propertyTwice(p.word().span(), p.word().text()));
            }
        }
        return Collections.unmodifiableMap(values);
    }

    private static String value(Analysis analysis, Decl.Property p, Scope scope) {
        List<String> texts = new ArrayList<>();
        for (Decl.PropertyValue v : p.values()) {
            if (v instanceof Decl.PropertyValue.OfExpr(Expr.StringLiteral s)) {
                texts.add(s.value());
            }
        }
        if (!texts.isEmpty() && texts.size() == p.values().size()) {
            return texts.size() == 1 ? "sz:" + texts.getFirst() : "multi:" + String.join("\0", texts) + "\0";
        }
        if (p.values().size() == 1 && p.values().getFirst() instanceof Decl.PropertyValue.OfExpr(Expr.BytesLiteral b)) {
            StringBuilder hex = new StringBuilder("binary:");
            b.value().forEach(x -> hex.append("%02X".formatted(x & 0xFF)));
            return hex.toString();
        }
        if (texts.isEmpty() && p.values().size() == 1 && p.values().getFirst() instanceof Decl.PropertyValue.OfExpr(Expr expr)) {
            OptionalLong number = analysis.constantBody(scope).exprs.constant(expr, "a parameter");
            return number.isEmpty() ? null : (number.getAsLong() >= Integer.MIN_VALUE && number.getAsLong() <= 0xFFFF_FFFFL ? "dword:" : "qword:") + number.getAsLong();
        }
        analysis.report(DeclarationFindings.propertyWants(p.span(), p.word().text(), "a number, a string, several strings, or bytes"));
        return null;
    }
}
