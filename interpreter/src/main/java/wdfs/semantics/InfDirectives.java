package wdfs.semantics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import wdfs.diagnostics.Suggestions;
import wdfs.syntax.Decl;
import wdfs.syntax.Name;

/// The `inf { … }` of a UMDF driver: what its DDInstall.WDF section would say (UMDF-140 to UMDF-153). Names and values are
/// compared without case; what comes out has Windows' own spelling.
final class InfDirectives {
    /// Values of one word each; the default of Windows stands first where it has a word.
    private static final Map<String, List<String>> WORDS = words(
            "UmdfHostProcessSharing", List.of("ProcessSharingEnabled", "ProcessSharingDisabled"),                          // UMDF-142
            "UmdfMethodNeitherAction", List.of("Reject", "Copy"),                                                          // UMDF-143
            "UmdfKernelModeClientPolicy", List.of("RejectKernelModeClients", "AllowKernelModeClients"),                    // UMDF-144
            "UmdfFileObjectPolicy", List.of("RejectNullAndUnknownFileObjects", "AllowNullAndUnknownFileObjects"),          // UMDF-145
            "UmdfFsContextUsePolicy", List.of("CanUseFsContext", "CanUseFsContext2", "CannotUseFsContexts"),               // UMDF-146
            "UmdfDispatcher", List.of("FileHandle", "WinUsb", "NativeUSB"),                                                // UMDF-147
            "UmdfImpersonationLevel", List.of("Identification", "Anonymous", "Impersonation", "Delegation"),               // UMDF-148
            "UmdfHostPriority", List.of("PriorityHigh"),                                                                   // UMDF-149
            "UmdfDirectHardwareAccess", List.of("RejectDirectHardwareAccess", "AllowDirectHardwareAccess"),                // UMDF-150
            "UmdfRegisterAccessMode", List.of("RegisterAccessUsingSystemCall", "RegisterAccessUsingUserModeMapping"),      // UMDF-151
            "UmdfService", List.of(), "UmdfServiceOrder", List.of(), "UmdfLibraryVersion", List.of());                     // UMDF-140, 141, 152

    /// Values that would change what a driver sees, and do nothing in this version: refused by name. UmdfService,
    /// UmdfServiceOrder and UmdfLibraryVersion say what the devnode and the driver's declaration say as well, and
    /// UmdfFsContextUsePolicy where the reflector keeps what no script sees.
    private static final Set<String> NOT_YET = Set.of("UmdfDispatcher FileHandle", "UmdfDispatcher WinUsb", "UmdfDispatcher NativeUSB");

    private final Analysis analysis;
    private final Map<String, String> given = new LinkedHashMap<>();

    private InfDirectives(Analysis analysis) {
        this.analysis = analysis;
    }

    private static Map<String, List<String>> words(Object... pairs) {
        Map<String, List<String>> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            @SuppressWarnings("unchecked")
            List<String> values = (List<String>) pairs[i + 1];
            map.put((String) pairs[i], values);
        }
        return Collections.unmodifiableMap(map);
    }

    /// Checks the block.
    /// @return directive → value (several, as in `UmdfServiceOrder`, joined by `, `) in the order of the text; only those given
    static Map<String, String> of(Analysis analysis, Decl.PropertyBlock block) {
        InfDirectives directives = new InfDirectives(analysis);
        for (Decl.Property p : block.properties()) {
            analysis.report(DeclarationFindings.propertyWants(p.span(), "inf", "NAME = VALUE;"));
        }
        block.directives().forEach(directives::directive);
        return Collections.unmodifiableMap(directives.given);
    }

    private void directive(Decl.Directive d) {
        Optional<String> name = spelled(d.name().text(), List.copyOf(WORDS.keySet()));
        if (name.isEmpty()) {
            analysis.report(DeclarationFindings.unknownDirective(d.name().span(), d.name().text(), Suggestions.near(d.name().text(), WORDS.keySet()),
                    List.copyOf(WORDS.keySet())));
            return;
        }
        Optional<String> value = switch (name.get()) {
            case "UmdfService" -> d.values().size() <= 2 ? Optional.of(joined(d)) : wants(d, name.get(), "a name and a section: \"Echo\", Echo_Install");
            case "UmdfServiceOrder" -> Optional.of(joined(d));
            case "UmdfLibraryVersion" -> d.values().size() == 1 && d.values().getFirst().text().matches("[0-9]+\\.[0-9]+(\\.[0-9]+)?")
                    ? Optional.of(joined(d)) : wants(d, name.get(), "a version: 2.15.0");
            default -> word(d, name.get());
        };
        if (given.containsKey(name.get())) {
            analysis.report(SemanticFindings.propertyTwice(d.name().span(), name.get()));
        } else {
            value.ifPresent(v -> given.put(name.get(), v));
        }
    }

    private Optional<String> word(Decl.Directive d, String name) {
        if (d.values().size() != 1) {
            return wants(d, name, "one value");
        }
        Name value = d.values().getFirst();
        Optional<String> word = spelled(value.text(), WORDS.get(name));
        if (word.isEmpty()) {
            analysis.report(DeclarationFindings.unknownDirectiveValue(value.span(), value.text(), name, Suggestions.near(value.text(), WORDS.get(name)), WORDS.get(name)));
        }
        word.filter(w -> NOT_YET.contains(name + " " + w)).ifPresent(w -> analysis.report(SemanticFindings.featureNotYet(value.span(), name + " = " + w)));
        return word;
    }

    private Optional<String> wants(Decl.Directive d, String name, String what) {
        analysis.report(DeclarationFindings.propertyWants(d.span(), name, what));
        return Optional.empty();
    }

    private static String joined(Decl.Directive d) {
        return String.join(", ", d.values().stream().map(Name::text).toList());
    }

    private static Optional<String> spelled(String written, List<String> words) {
        return words.stream().filter(w -> w.toLowerCase(Locale.ROOT).equals(written.toLowerCase(Locale.ROOT))).findFirst();
    }
}
