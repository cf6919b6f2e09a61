package wdfs.trace;

import java.util.TreeSet;
import wdfs.trace.Timeline.Step;

/// The picture as a page of its own, where one request can be picked out. Nothing is loaded from elsewhere.
final class TracePage {
    private final Timeline timeline;

    TracePage(Timeline timeline) {
        this.timeline = timeline;
    }

    String html() {
        StringBuilder choices = new StringBuilder();
        for (int request : new TreeSet<>(timeline.steps().stream().map(Step::request).filter(n -> n != 0).toList())) {
            choices.append("<option value=\"%d\">#%d</option>".formatted(request, request));
        }
        return """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>%s</title>
                <style>
                body{margin:0;font-family:'Segoe UI','DejaVu Sans',Helvetica,Arial,sans-serif;background:#f3f4f6;color:#111827}
                header{position:sticky;top:0;background:#ffffffee;border-bottom:1px solid #d1d5db;padding:8px 20px;display:flex;gap:18px;align-items:center;z-index:1}
                label{font-size:14px}select,input{font:inherit;padding:2px 6px}main{padding:16px;overflow-x:auto}svg{background:#fff;border:1px solid #e5e7eb;border-radius:8px}
                .step.off{opacity:.12}.step:hover rect,.step:hover path{filter:brightness(.8)}#count{color:#6b7280;font-size:13px}
                </style></head><body>
                <header><strong>%s</strong>
                <label>request <select id="request"><option value="">all</option>%s</select></label>
                <label>find <input id="find" type="search" placeholder="IRP, buffer, DDI …"></label><span id="count"></span></header>
                <main>%s</main>
                <script>
                const steps=[...document.querySelectorAll('.step')],request=document.getElementById('request'),find=document.getElementById('find'),count=document.getElementById('count');
                function show(){let n=0;const word=find.value.toLowerCase();for(const s of steps){const on=(!request.value||s.dataset.request===request.value)&&(!word||s.querySelector('title').textContent.toLowerCase().includes(word));s.classList.toggle('off',!on);if(on)n++}count.textContent=n===steps.length?steps.length+' steps':n+' of '+steps.length+' steps'}
                request.onchange=show;find.oninput=show;show();
                </script></body></html>
                """.formatted(SequencePicture.escape(timeline.title()), SequencePicture.escape(timeline.title()), choices, new SequencePicture(timeline).svg());
    }
}
