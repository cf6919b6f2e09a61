package wdfs.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import wdfs.decode.Decoder;
import wdfs.decode.Reading;
import wdfs.engine.Outcome;
import wdfs.json.Json;
import wdfs.runtime.Statuses;

/// `wdfs decode VALUE…`: all meanings of numbers and names.
final class DecodeCommand {
    private final Decoder decoder;
    private final PrintStream out;

    DecodeCommand(Statuses statuses, PrintStream out) {
        this.decoder = new Decoder(statuses);
        this.out = out;
    }

    int run(Arguments arguments) throws Usage {
        if (arguments.operands().isEmpty()) {
            throw new Usage("`decode` needs a number or a name: wdfs decode 0xC0000023");
        }
        boolean json = arguments.format(List.of("text", "json")).equals("json");
        List<Json> all = new ArrayList<>();
        String unknown = "";
        boolean first = true;
        for (String text : arguments.operands()) {
            try {
                List<Reading> readings = decoder.read(text);
                if (json) {
                    all.add(Json.object().put("text", text).put("meanings", Json.array(readings.stream().map(DecodeCommand::json).toList())).build());
                    continue;
                }
                if (!first) {
                    out.append('\n');
                }
                first = false;
                print(readings);
            } catch (Decoder.Unknown e) {
                unknown = unknown.isEmpty() ? e.getMessage() : unknown;
            }
        }
        if (json) {
            out.print(Json.array(all).page());
        }
        out.flush();
        if (!unknown.isEmpty()) {
            throw new Usage(unknown);
        }
        return Outcome.DONE;
    }

    private void print(List<Reading> readings) {
        long before = -1;
        for (Reading reading : readings) {
            if (reading.value() != before) {
                out.append(numbers(reading)).append('\n');
                before = reading.value();
            }
            out.append("  %-13s %s\n".formatted(reading.kind(), reading.title()));
            for (Reading.Field field : reading.fields()) {
                String value = field.value().isEmpty() ? field.meaning() : field.meaning().isEmpty() ? field.value() : "%-10s %s".formatted(field.value(), field.meaning());
                out.append("    %-13s %s\n".formatted(field.name(), value));
            }
        }
    }

    /// `0xC0000023  -1073741789  3221225507`
    private static String numbers(Reading reading) {
        int value = (int) reading.value();
        return "0x%08X  %d".formatted(value, value) + (value < 0 ? "  " + reading.value() : "");
    }

    private static Json json(Reading reading) {
        Json.Members members = Json.object().put("kind", reading.kind()).put("title", reading.title()).put("value", reading.value())
                .put("hex", "0x%08X".formatted(reading.value())).put("known", reading.known());
        members.put("fields", Json.array(reading.fields().stream().map(f -> Json.object().put("name", f.name()).putUnlessEmpty("value", f.value())
                .putUnlessEmpty("meaning", f.meaning()).build()).toList()));
        return members.build();
    }
}
