package wdfs.io;

import java.util.ArrayList;
import java.util.List;
import wdfs.machine.LongMap;

/// The requests that somebody waits for, in the order in which they were made. To add or remove one, or to find one by its
/// status block, costs the same however many there are.
final class PendingIrps {
    /// A request's place in the list.
    static final class Link {
        private Irp before;
        private Irp after;
        private boolean linked;
        /// The status block's address when the request was added; a driver may change what the IRP says.
        private long statusBlock;
        /// The next older one with the same status block.
        private Irp sameBlock;
        /// The file that stays open for it.
        private FileObject file;
    }

    private static final int CLOSE = 2;

    private Irp first;
    private Irp last;
    private int size;
    /// The youngest request of each status block.
    private final LongMap<Irp> byStatusBlock = new LongMap<>();

    void add(Irp irp) {
        Link link = irp.link;
        link.linked = true;
        link.before = last;
        if (last == null) {
            first = irp;
        } else {
            last.link.after = irp;
        }
        last = irp;
        size++;
        link.statusBlock = irp.statusBlock();
        if (link.statusBlock != 0) {
            link.sameBlock = byStatusBlock.get(link.statusBlock);
            byStatusBlock.put(link.statusBlock, irp);
        }
        if (irp.file != null && irp.major != CLOSE) {
            link.file = irp.file;
            link.file.pending++;
        }
    }

    /// Without effect for one that is not there.
    void remove(Irp irp) {
        Link link = irp.link;
        if (!link.linked) {
            return;
        }
        link.linked = false;
        if (link.before == null) {
            first = link.after;
        } else {
            link.before.link.after = link.after;
        }
        if (link.after == null) {
            last = link.before;
        } else {
            link.after.link.before = link.before;
        }
        link.before = null;
        link.after = null;
        size--;
        if (link.statusBlock != 0) {
            forgetStatusBlock(irp, link);
        }
        if (link.file != null) {
            link.file.pending--;
            link.file = null;
        }
    }

    private void forgetStatusBlock(Irp irp, Link link) {
        Irp youngest = byStatusBlock.get(link.statusBlock);
        if (youngest == irp) {
            if (link.sameBlock == null) {
                byStatusBlock.remove(link.statusBlock);
            } else {
                byStatusBlock.put(link.statusBlock, link.sameBlock);
            }
        } else {
            Irp younger = youngest;
            while (younger.link.sameBlock != irp) {
                younger = younger.link.sameBlock;
            }
            younger.link.sameBlock = link.sameBlock;
        }
        link.sameBlock = null;
    }

    List<Irp> all() {
        List<Irp> irps = new ArrayList<>(size);
        for (Irp irp = first; irp != null; irp = irp.link.after) {
            irps.add(irp);
        }
        return irps;
    }

    /// Those whose status block has that address, in some process, the oldest first.
    List<Irp> of(long statusBlock) {
        List<Irp> irps = new ArrayList<>(1);
        for (Irp irp = byStatusBlock.get(statusBlock); irp != null; irp = irp.link.sameBlock) {
            irps.addFirst(irp);
        }
        return irps;
    }
}
