package wdfs.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import wdfs.syntax.Decl;

/// Where the library says that a DDI of the frameworks exists, against the frameworks' headers (UMDF-061, UMDF-116, OBJ-460).
class AvailabilityTest {
    private final TextLibrary library = TextLibrary.fromClassPath(AvailabilityTest.class.getClassLoader());

    @Test
    void everyFunctionOfTheFrameworksExistsWhereTheirHeadersHaveIt() throws IOException {
        Map<String, Set<String>> headers = headers();
        List<String> wrong = new ArrayList<>();
        int seen = 0;
        for (Decl.Function f : functions()) {
            String name = f.name().text();
            if (!name.startsWith("Wdf") && !name.startsWith("WDF_") || name.startsWith("Wdfs")) {
                continue;                                            // `Wdfs…` is what the language itself calls
            }
            seen++;
            Set<String> expected = headers.get(name);
            Set<String> places = places(f);
            if (expected == null) {
                wrong.add(name + " is in no header");
            } else if (!places.isEmpty() ? !places.equals(expected) : expected.size() < 2) {
                wrong.add(name + " is for " + places + " in the library, for " + expected + " in the headers");
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(seen).isGreaterThan(90);
    }

    @Test
    void eachUmdfDdiOfTheHeadersThatTheRulesNameIsThere() {
        assertThat(functions().stream().filter(f -> places(f).equals(Set.of("umdf"))).map(f -> f.name().text())).contains("WdfRequestGetEffectiveIoType",
                "WdfDeviceGetDeviceStackIoType", "WdfRequestImpersonate", "WdfRequestIsFromUserModeDriver", "WdfRequestGetUserModeDriverInitiatedIo",
                "WdfRequestSetUserModeDriverInitiatedIo", "WdfRequestSetActivityId", "WdfRequestRetrieveActivityId");
    }

    @Test
    void noRoutineOfTheKernelsHeaderIsForEverybody() {
        List<String> open = functions().stream().filter(f -> f.span().file().path().endsWith("wdm.wdfs") && places(f).isEmpty()).map(f -> f.name().text()).toList();
        assertThat(open).isEmpty();
    }

    @Test
    void whatIsSaidToReplaceAKmdfDdiExistsInUmdf() {
        List<String> wrong = new ArrayList<>();
        for (Decl.Function f : functions()) {
            Set<String> places = places(f);
            if (!places.contains("kmdf") && !places.contains("kernel") || places.contains("umdf")) {
                continue;
            }
            String name = f.name().text();
            String instead = places.contains("kmdf") ? Absences.ofFramework(name).instead() : Absences.insteadOf(name);
            for (String word : instead.split("[^A-Za-z0-9_]+")) {
                boolean ddi = word.startsWith("Wdf") || word.startsWith("WDF_");
                if (ddi && library.find(word).filter(d -> d instanceof Decl.Function g && (places(g).isEmpty() || places(g).contains("umdf"))).isEmpty()) {
                    wrong.add(name + ": " + word);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private List<Decl.Function> functions() {
        List<Decl.Function> list = new ArrayList<>();
        library.names().stream().sorted().forEach(name -> library.find(name).ifPresent(d -> {
            if (d instanceof Decl.Function f && f.name().text().equals(name)) {
                list.add(f);
            }
        }));
        return list;
    }

    private static Set<String> places(Decl.Function f) {
        return Set.copyOf(f.attributes().stream().map(Decl.Attribute::name).filter(n -> List.of("kmdf", "umdf", "wdm", "kernel", "user", "script").contains(n)).toList());
    }

    private static Map<String, Set<String>> headers() throws IOException {
        Map<String, Set<String>> map = new HashMap<>();
        try (var in = new BufferedReader(new InputStreamReader(AvailabilityTest.class.getResourceAsStream("framework-functions.txt"), StandardCharsets.UTF_8))) {
            in.lines().filter(l -> !l.startsWith("#")).map(l -> l.split(" ")).forEach(w -> map.put(w[0], Set.copyOf(Arrays.asList(w).subList(1, w.length))));
        }
        return map;
    }
}
