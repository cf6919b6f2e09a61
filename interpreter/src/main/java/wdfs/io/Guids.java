package wdfs.io;

import wdfs.machine.View;

/// GUID structures as text, `cb3a4004-46f0-11d0-b08f-00609713053f`, and back.
public final class Guids {
    private Guids() {}

    /// The structure at an address: Data1 to Data3 are little-endian numbers, Data4 are bytes.
    public static String read(View memory, long at) {
        StringBuilder text = new StringBuilder("%08x-%04x-%04x-".formatted(memory.load32(at), memory.load16(at + 4) & 0xFFFF, memory.load16(at + 6) & 0xFFFF));
        for (int i = 0; i < 8; i++) {
            text.append(i == 2 ? "-" : "").append("%02x".formatted(memory.load8(at + 8 + i) & 0xFF));
        }
        return text.toString();
    }

    /// The sixteen bytes of the structure.
    public static byte[] bytes(String text) {
        String digits = text.replace("-", "");
        byte[] bytes = new byte[16];
        int[] order = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
        for (int i = 0; i < 16; i++) {
            bytes[i] = (byte) Integer.parseInt(digits.substring(2 * order[i], 2 * order[i] + 2), 16);
        }
        return bytes;
    }
}
