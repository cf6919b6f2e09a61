package wdfs.diagnostics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Collects findings; the same finding at the same place counts once.
public final class Findings {
    private final Set<Diagnostic> all = new LinkedHashSet<>();
    /// The codes that were given, and whether one of them was an error: asked for each part of a text, so kept at hand.
    private final Set<String> codes = new HashSet<>();
    private boolean errors;

    public void add(Diagnostic finding) {
        all.add(finding);
        codes.add(finding.code());
        errors |= finding.isError();
    }

    public void addAll(Findings other) {
        other.all.forEach(this::add);
    }

    /// Whether there is a finding with that code.
    public boolean hold(String code) {
        return codes.contains(code);
    }

    /// Where the text itself could not be read, warnings are echoes of what was lost.
    public void dropEchoes() {
        if (all.stream().anyMatch(d -> d.isError() && d.code().startsWith("LANG-0"))) {
            all.removeIf(d -> !d.isError());
            codes.clear();
            all.forEach(d -> codes.add(d.code()));
        }
    }

    public boolean hasErrors() {
        return errors;
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    /// All findings, file by file in the order in which the files were met, each file's by place.
    public List<Diagnostic> sorted() {
        List<Object> files = new ArrayList<>();
        for (Diagnostic finding : all) {
            if (!files.contains(finding.span().file())) {
                files.add(finding.span().file());
            }
        }
        List<Diagnostic> list = new ArrayList<>(all);
        list.sort(Comparator.<Diagnostic>comparingInt(d -> files.indexOf(d.span().file()))
                .thenComparingInt(d -> d.span().start())
                .thenComparingInt(d -> d.span().end()));
        return list;
    }
}
