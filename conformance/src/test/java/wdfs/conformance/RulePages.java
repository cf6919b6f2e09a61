package wdfs.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import wdfs.doc.Rule;
import wdfs.engine.Engine;

/// The pages of docs/reference/rules: one for each section of docs/rules, where each rule has a heading of its own and the smallest
/// script that shows it.
final class RulePages {
    /// What writes the pages anew.
    static final String COMMAND = "./mvnw -q -o verify -pl conformance -am -Dtest=RulePagesTest -Dwdfs.pages=write -Dsurefire.failIfNoSpecifiedTests=false";

    private final Engine engine = Reached.engine();
    private final Path conformance;
    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, Rule> byId = new HashMap<>();
    private final Map<String, String> titles = new LinkedHashMap<>();
    private final Map<String, List<Claim>> claims = new TreeMap<>();
    private final Map<String, List<String>> javaTests;
    private final Map<String, String> reasons;
    private final Map<Path, Excerpts> excerpts = new ConcurrentHashMap<>();

    /// A `test` of a script whose name begins with a rule's id.
    private record Claim(Path script, String title) {}

    /// What a rule's section shows.
    private record Shown(Claim claim, String script) {}

    /// @param conformance the folder of the scripts; paths on the pages begin at the one above it
    /// @param docs the folder that holds docs/rules
    /// @param javaTests of rules the classes that test them in Java
    /// @param reasons why rules have no test
    RulePages(Path conformance, Path docs, List<Path> scripts, Map<String, List<String>> javaTests, Map<String, String> reasons) throws IOException {
        this.conformance = conformance;
        this.javaTests = javaTests;
        this.reasons = reasons;
        try (Stream<Path> pages = Files.list(docs.resolve("rules"))) {
            for (Path page : pages.filter(p -> p.toString().endsWith(".md")).sorted().toList()) {
                String text = Files.readString(page);
                List<Rule> of = Rule.in(page.getFileName().toString().replace(".md", ""), text);
                rules.addAll(of);
                of.stream().findFirst().ifPresent(rule -> titles.put(rule.page(), text.lines().findFirst().orElse("").replaceFirst("^# ", "")));
            }
        }
        rules.forEach(rule -> byId.put(rule.id(), rule));
        for (Path script : scripts) {
            for (Matcher test = RuleCoverageTest.TEST.matcher(Files.readString(script)); test.find();) {
                Claim claim = new Claim(script, test.group().strip().replaceFirst("^test \"", "").replaceFirst("\"$", ""));
                RuleCoverageTest.claimsOf(test.group(), RuleCoverageTest.TEST).stream().filter(byId::containsKey).forEach(id -> claims.computeIfAbsent(id, _ -> new ArrayList<>()).add(claim));
            }
        }
    }

    /// Paths below docs/reference/rules and what the files hold.
    Map<String, String> all() {
        Map<String, Shown> shown = new ConcurrentHashMap<>();
        rules.parallelStream().forEach(rule -> smallest(rule.id()).ifPresent(s -> shown.put(rule.id(), s)));
        Map<String, List<Rule>> files = new LinkedHashMap<>();
        rules.forEach(rule -> files.computeIfAbsent(rule.file(), _ -> new ArrayList<>()).add(rule));
        Map<String, String> pages = new LinkedHashMap<>();
        Map<Claim, Rule> printed = new HashMap<>();
        pages.put("README.md", index(files));
        files.forEach((file, of) -> pages.put(file, page(of, shown, printed)));
        return pages;
    }

    // ---- which script ----------------------------------------------------------------------------------------------------------

    private Excerpts excerpts(Path script) {
        return excerpts.computeIfAbsent(script, path -> {
            try {
                return new Excerpts(engine, path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /// The smallest of the scripts that the tests which claim a rule are cut down to; of several the first.
    private Optional<Shown> smallest(String id) {
        record Candidate(Claim claim, int least) {}
        List<Candidate> candidates = claims.getOrDefault(id, List.of()).stream().map(claim -> new Candidate(claim, excerpts(claim.script()).leastSize(claim.title())))
                .sorted(Comparator.comparingInt(Candidate::least)).toList();
        Optional<Shown> best = Optional.empty();
        for (Candidate candidate : candidates) {
            if (best.isPresent() && Excerpts.size(best.get().script()) <= candidate.least()) {
                break;
            }
            Optional<Shown> shown = excerpts(candidate.claim().script()).of(candidate.claim().title()).map(script -> new Shown(candidate.claim(), script));
            if (shown.isPresent() && (best.isEmpty() || Excerpts.size(shown.get().script()) < Excerpts.size(best.get().script()))) {
                best = shown;
            }
        }
        return best;
    }

    // ---- pages -----------------------------------------------------------------------------------------------------------------

    private String index(Map<String, List<Rule>> files) {
        StringBuilder page = new StringBuilder("# Rules, each with a script that shows it\n\n");
        page.append("The rules of [`docs/rules`](../../rules), and behind each the smallest script that shows it: a test of [`conformance`](../../../conformance) with as much of\n")
                .append("the rest of its file as it needs. What the test does not come through is left out. `wdfs doc REQ-130` prints one of them.\n\n")
                .append("Made by `").append(COMMAND).append("`; do not edit.\n");
        String last = "";
        for (Map.Entry<String, List<Rule>> file : files.entrySet()) {
            Rule first = file.getValue().getFirst();
            if (!first.page().equals(last)) {
                page.append("\n## ").append(titles.get(first.page())).append("\n\n");
                last = first.page();
            }
            page.append("- [").append(first.section()).append("](").append(file.getKey()).append("):");
            file.getValue().forEach(rule -> page.append(" [").append(rule.id()).append("](").append(link(rule)).append(')'));
            page.append('\n');
        }
        return page.toString();
    }

    private static String link(Rule rule) {
        return rule.file() + "#" + rule.id().toLowerCase(java.util.Locale.ROOT);
    }

    private String page(List<Rule> of, Map<String, Shown> shown, Map<Claim, Rule> printed) {
        Rule first = of.getFirst();
        StringBuilder page = new StringBuilder("# ").append(first.section()).append("\n\n");
        page.append("Rules of [").append(titles.get(first.page())).append("](../../../rules/").append(first.page()).append(".md). [All rules](../README.md) says what the scripts are, and what made\n")
                .append("this page; do not edit.\n");
        String part = "";
        for (Rule rule : of) {
            if (!rule.part().equals(part)) {
                page.append("\n**").append(rule.part()).append("**\n");
                part = rule.part();
            }
            page.append("\n## ").append(rule.id()).append("\n\n").append(linked(rule)).append("\n\n");
            show(rule, shown.get(rule.id()), printed, page);
        }
        return page.toString();
    }

    /// Ids in a rule's text lead to their sections.
    private String linked(Rule rule) {
        String text = rule.text().replaceAll("\\]\\((?!http)", "](../../../rules/");
        return Rule.ID.matcher(text).replaceAll(id -> byId.containsKey(id.group()) && !id.group().equals(rule.id()) ? reference(byId.get(id.group())) : id.group());
    }

    private static String reference(Rule rule) {
        return "[" + rule.id() + "](../" + link(rule) + ")";
    }

    private String path(Claim claim) {
        return "conformance/" + conformance.relativize(claim.script()).normalize().toString().replace('\\', '/');
    }

    private void show(Rule rule, Shown of, Map<Claim, Rule> printed, StringBuilder page) {
        if (of != null) {
            Rule known = printed.putIfAbsent(of.claim(), rule);
            if (known != null) {
                page.append("The script of ").append(reference(known)).append(" shows it.\n");
                return;
            }
            String script = path(of.claim());
            page.append("```wdfs\n").append(of.script()).append("```\n\nFrom [`").append(script).append("`](../../../../").append(script).append(").\n");
        } else if (claims.containsKey(rule.id())) {
            Claim claim = claims.get(rule.id()).getFirst();
            page.append("No script of its own: \"").append(claim.title()).append("\" in `").append(path(claim)).append("` does not run apart from the rest.\n");
        } else if (javaTests.containsKey(rule.id())) {
            page.append("No script: a test in Java shows it, ").append(String.join(", ", javaTests.get(rule.id()).stream().distinct().map(name -> "`" + name + "`").toList())).append(".\n");
        } else {
            page.append("No script: ").append(reasons.getOrDefault(rule.id(), "no test is named after it")).append(".\n");
        }
    }
}
