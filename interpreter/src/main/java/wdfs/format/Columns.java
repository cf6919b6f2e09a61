package wdfs.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Keeps alignment where the author made one: pieces that began in the same column in lines one after the other, with more
/// than one blank in front of at least one of them, begin in the same column again. A `*` hangs in front of the column.
final class Columns {
    /// A piece that a gap stands in front of, and how many stars hang in front of what is aligned.
    private record Cell(Piece piece, Piece before, int stars) {
        int source() {
            return piece.column + stars;
        }

        int gap() {
            return piece.column - (before.column + before.width());
        }
    }

    private final List<List<Piece>> lines;

    Columns(List<List<Piece>> lines) {
        this.lines = lines;
    }

    void align() {
        List<List<Cell>> groups = groups();
        groups.sort(Comparator.comparingInt(g -> g.getFirst().source()));
        for (List<Cell> group : groups) {
            int column = 0;
            for (Cell cell : group) {
                place(lines.get(cell.piece().line));
                column = Math.max(column, cell.piece().outColumn + cell.stars());
            }
            for (Cell cell : group) {
                cell.piece().padding += column - cell.piece().outColumn - cell.stars();
                place(lines.get(cell.piece().line));
            }
        }
    }

    /// Gives each piece of a line its column, from that of the first.
    static void place(List<Piece> line) {
        for (int i = 1; i < line.size(); i++) {
            Piece before = line.get(i - 1);
            Piece piece = line.get(i);
            int end = before.text.indexOf('\n') < 0 ? before.outColumn + before.text.length() : before.width();
            piece.outColumn = end + (Spacing.between(before, piece) ? 1 : 0) + piece.padding;
        }
    }

    private List<List<Cell>> groups() {
        List<List<Cell>> done = new ArrayList<>();
        List<List<Cell>> open = new ArrayList<>();
        for (List<Piece> line : lines) {
            if (line.size() == 1 && line.getFirst().isComment()) {
                continue;
            }
            List<List<Cell>> next = new ArrayList<>();
            for (Cell cell : cells(line)) {
                List<Cell> group = null;
                for (List<Cell> candidate : open) {
                    if (candidate.getLast().source() == cell.source() && candidate.getLast().piece().isComment() == cell.piece().isComment()) {
                        group = candidate;
                    }
                }
                if (group == null) {
                    group = new ArrayList<>();
                    done.add(group);
                }
                group.add(cell);
                next.add(group);
            }
            open = next;
        }
        done.removeIf(group -> group.size() < 2 || group.stream().noneMatch(cell -> cell.gap() > 1));
        return done;
    }

    private static List<Cell> cells(List<Piece> line) {
        List<Cell> cells = new ArrayList<>();
        for (int i = 1; i < line.size(); i++) {
            Piece before = line.get(i - 1);
            Piece piece = line.get(i);
            if (!piece.apart || piece.newlines > 0 || before.kind == Piece.Kind.OPAQUE || before.text.indexOf('\n') >= 0 || !Spacing.between(before, piece)) {
                continue;
            }
            int stars = 0;
            while (i + stars < line.size() && Spacing.isPointerStar(line.get(i + stars)) && (stars == 0 || !line.get(i + stars).apart)) {
                stars++;
            }
            boolean hangs = i + stars < line.size() && (stars == 0 || !line.get(i + stars).apart);
            cells.add(new Cell(piece, before, hangs ? stars : 0));
        }
        return cells;
    }
}
