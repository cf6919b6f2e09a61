package wdfs.win32;

/// The part of SDDL that devices use: whether an ordinary application may open with the access that it asks for.
/// Applications run as members of Everyone (WD) and Users (BU), not as administrators or the system.
final class Security {
    private Security() {}

    static boolean allows(String sddl, int access) {
        int dacl = sddl.indexOf("D:");
        if (dacl < 0) {
            return true;
        }
        boolean read = false;
        boolean write = false;
        int at = sddl.indexOf('(', dacl);
        boolean any = at >= 0;
        while (at >= 0) {
            int end = sddl.indexOf(')', at);
            if (end < 0) {
                break;
            }
            String[] parts = sddl.substring(at + 1, end).split(";", -1);
            if (parts.length >= 6 && (parts[5].equals("WD") || parts[5].equals("BU") || parts[5].equals("IU") || parts[5].equals("AU"))) {
                boolean all = parts[2].contains("GA");
                boolean allow = parts[0].equals("A");
                if (all || parts[2].contains("GR")) {
                    read = allow;
                }
                if (all || parts[2].contains("GW")) {
                    write = allow;
                }
            }
            at = sddl.indexOf('(', end);
        }
        if (!any) {
            return false;
        }
        return ((access & NtApi.FILE_READ_DATA) == 0 || read) && ((access & NtApi.FILE_WRITE_DATA) == 0 || write) && (access != 0 || read || write || sddl.contains("WD"));
    }
}
