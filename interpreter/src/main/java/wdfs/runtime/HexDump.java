package wdfs.runtime;

import java.util.ArrayList;
import java.util.List;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.machine.Shadow;

/// A buffer's bytes as reports show them: `??` for what nobody wrote, brackets around what the report is about, and which
/// statement wrote what.
public final class HexDump {
    private static final int WIDTH = 16;
    private static final int LINES = 8;

    private HexDump() {}

    /// The lines around `count` bytes at `offset` of the region; the offset may lie just outside.
    public static List<String> lines(Memory memory, Memory.Space space, Region region, long offset, int count) {
        List<String> lines = new ArrayList<>();
        long end = Math.max(region.size, offset + count);
        long first = Math.max(Math.min(0, offset), (offset - 2 * WIDTH)) & -WIDTH;
        if (region.size <= WIDTH * LINES && offset >= 0) {
            first = 0;
        }
        long last = Math.min(end, Math.max(first + WIDTH * LINES, 0));
        for (long row = first; row < last; row += WIDTH) {
            StringBuilder hex = new StringBuilder();
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < WIDTH; i++) {
                long at = row + i;
                boolean marked = at >= offset && at < offset + count;
                boolean inside = at >= 0 && at < region.size;
                if (!inside && !marked) {
                    hex.append("   ");
                    continue;
                }
                int shadow = memory.shadowAt(space, region.base + at);
                int value = memory.peek(space, region.base + at);
                boolean unknown = (shadow & Shadow.UNWRITTEN) != 0;
                String digits = !inside ? "--" : unknown ? "??" : "%02X".formatted(value & 0xFF);
                hex.append(marked && (at == offset || i == 0) ? '[' : hex.length() > 0 && hex.charAt(hex.length() - 1) == ']' ? "" : " ");
                if (hex.length() > 0 && hex.charAt(hex.length() - 1) == ']' ) {
                    hex.setLength(hex.length());
                }
                hex.append(digits);
                if (marked && (at == offset + count - 1 || i == WIDTH - 1)) {
                    hex.append(']');
                }
                text.append(!inside || unknown ? '.' : value >= 32 && value < 127 ? (char) value : '.');
            }
            String label = row < 0 ? "-%02X".formatted(-row) : "+%02X".formatted(row);
            lines.add(("    %s %-50s %-16s%s".formatted(label, hex, text, provenance(region, row))).stripTrailing());
        }
        if (last < end) {
            lines.add("    … " + (end - last) + " bytes more");
        }
        return lines;
    }

    private static String provenance(Region region, long row) {
        StringBuilder text = new StringBuilder();
        for (Region.Written written : region.writes()) {
            if (written.offset() < row + WIDTH && written.offset() + written.length() > row && !written.site().isEmpty()) {
                String site = "written " + written.site();
                if (text.indexOf(site) < 0) {
                    text.append(text.isEmpty() ? "  " : ", ").append(text.isEmpty() ? site : written.site());
                }
            }
        }
        return text.length() > 40 ? text.substring(0, 39) + "…" : text.toString();
    }
}
