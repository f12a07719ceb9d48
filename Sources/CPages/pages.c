// Each file of Sources/Console/Pages, embedded by the compiler (C23 §6.10.3; clang takes it in any C). A file that is changed
// is compiled anew; one that is added gets its entry here, in the order of names, which a test holds to.

#include "CPages.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const lw_page pages[] = {
    {"app.js", (const char[]){
#embed "../Console/Pages/app.js" suffix(, 0)
    }},
    {"chat/pictures.js", (const char[]){
#embed "../Console/Pages/chat/pictures.js" suffix(, 0)
    }},
    {"chat/settings.js", (const char[]){
#embed "../Console/Pages/chat/settings.js" suffix(, 0)
    }},
    {"chat/snippets.js", (const char[]){
#embed "../Console/Pages/chat/snippets.js" suffix(, 0)
    }},
    {"chat/stream.js", (const char[]){
#embed "../Console/Pages/chat/stream.js" suffix(, 0)
    }},
    {"chat/thread.js", (const char[]){
#embed "../Console/Pages/chat/thread.js" suffix(, 0)
    }},
    {"components/badge.js", (const char[]){
#embed "../Console/Pages/components/badge.js" suffix(, 0)
    }},
    {"components/budget.js", (const char[]){
#embed "../Console/Pages/components/budget.js" suffix(, 0)
    }},
    {"components/button.js", (const char[]){
#embed "../Console/Pages/components/button.js" suffix(, 0)
    }},
    {"components/chart.js", (const char[]){
#embed "../Console/Pages/components/chart.js" suffix(, 0)
    }},
    {"components/copy.js", (const char[]){
#embed "../Console/Pages/components/copy.js" suffix(, 0)
    }},
    {"components/dialog.js", (const char[]){
#embed "../Console/Pages/components/dialog.js" suffix(, 0)
    }},
    {"components/field.js", (const char[]){
#embed "../Console/Pages/components/field.js" suffix(, 0)
    }},
    {"components/icon.js", (const char[]){
#embed "../Console/Pages/components/icon.js" suffix(, 0)
    }},
    {"components/key-form.js", (const char[]){
#embed "../Console/Pages/components/key-form.js" suffix(, 0)
    }},
    {"components/lost.js", (const char[]){
#embed "../Console/Pages/components/lost.js" suffix(, 0)
    }},
    {"components/meter.js", (const char[]){
#embed "../Console/Pages/components/meter.js" suffix(, 0)
    }},
    {"components/page.js", (const char[]){
#embed "../Console/Pages/components/page.js" suffix(, 0)
    }},
    {"components/pager.js", (const char[]){
#embed "../Console/Pages/components/pager.js" suffix(, 0)
    }},
    {"components/poll.js", (const char[]){
#embed "../Console/Pages/components/poll.js" suffix(, 0)
    }},
    {"components/table.js", (const char[]){
#embed "../Console/Pages/components/table.js" suffix(, 0)
    }},
    {"components/tabs.js", (const char[]){
#embed "../Console/Pages/components/tabs.js" suffix(, 0)
    }},
    {"components/target.js", (const char[]){
#embed "../Console/Pages/components/target.js" suffix(, 0)
    }},
    {"components/toast.js", (const char[]){
#embed "../Console/Pages/components/toast.js" suffix(, 0)
    }},
    {"core/api.js", (const char[]){
#embed "../Console/Pages/core/api.js" suffix(, 0)
    }},
    {"core/caller.js", (const char[]){
#embed "../Console/Pages/core/caller.js" suffix(, 0)
    }},
    {"core/cost.js", (const char[]){
#embed "../Console/Pages/core/cost.js" suffix(, 0)
    }},
    {"core/credential.js", (const char[]){
#embed "../Console/Pages/core/credential.js" suffix(, 0)
    }},
    {"core/dom.js", (const char[]){
#embed "../Console/Pages/core/dom.js" suffix(, 0)
    }},
    {"core/fault.js", (const char[]){
#embed "../Console/Pages/core/fault.js" suffix(, 0)
    }},
    {"core/format.js", (const char[]){
#embed "../Console/Pages/core/format.js" suffix(, 0)
    }},
    {"core/names.js", (const char[]){
#embed "../Console/Pages/core/names.js" suffix(, 0)
    }},
    {"core/router.js", (const char[]){
#embed "../Console/Pages/core/router.js" suffix(, 0)
    }},
    {"core/secret.js", (const char[]){
#embed "../Console/Pages/core/secret.js" suffix(, 0)
    }},
    {"core/words.js", (const char[]){
#embed "../Console/Pages/core/words.js" suffix(, 0)
    }},
    {"favicon.svg", (const char[]){
#embed "../Console/Pages/favicon.svg" suffix(, 0)
    }},
    {"index.html", (const char[]){
#embed "../Console/Pages/index.html" suffix(, 0)
    }},
    {"realtime/composer.js", (const char[]){
#embed "../Console/Pages/realtime/composer.js" suffix(, 0)
    }},
    {"realtime/connection.js", (const char[]){
#embed "../Console/Pages/realtime/connection.js" suffix(, 0)
    }},
    {"realtime/conversation.js", (const char[]){
#embed "../Console/Pages/realtime/conversation.js" suffix(, 0)
    }},
    {"realtime/endings.js", (const char[]){
#embed "../Console/Pages/realtime/endings.js" suffix(, 0)
    }},
    {"realtime/event-log.js", (const char[]){
#embed "../Console/Pages/realtime/event-log.js" suffix(, 0)
    }},
    {"realtime/microphone.js", (const char[]){
#embed "../Console/Pages/realtime/microphone.js" suffix(, 0)
    }},
    {"realtime/microphone.worklet.js", (const char[]){
#embed "../Console/Pages/realtime/microphone.worklet.js" suffix(, 0)
    }},
    {"realtime/pcm.js", (const char[]){
#embed "../Console/Pages/realtime/pcm.js" suffix(, 0)
    }},
    {"realtime/player.js", (const char[]){
#embed "../Console/Pages/realtime/player.js" suffix(, 0)
    }},
    {"realtime/player.worklet.js", (const char[]){
#embed "../Console/Pages/realtime/player.worklet.js" suffix(, 0)
    }},
    {"realtime/settings.js", (const char[]){
#embed "../Console/Pages/realtime/settings.js" suffix(, 0)
    }},
    {"realtime/transcript.js", (const char[]){
#embed "../Console/Pages/realtime/transcript.js" suffix(, 0)
    }},
    {"realtime/turn.js", (const char[]){
#embed "../Console/Pages/realtime/turn.js" suffix(, 0)
    }},
    {"styles/base.css", (const char[]){
#embed "../Console/Pages/styles/base.css" suffix(, 0)
    }},
    {"styles/components.css", (const char[]){
#embed "../Console/Pages/styles/components.css" suffix(, 0)
    }},
    {"styles/playground.css", (const char[]){
#embed "../Console/Pages/styles/playground.css" suffix(, 0)
    }},
    {"styles/shell.css", (const char[]){
#embed "../Console/Pages/styles/shell.css" suffix(, 0)
    }},
    {"styles/tokens.css", (const char[]){
#embed "../Console/Pages/styles/tokens.css" suffix(, 0)
    }},
    {"usage/charts.js", (const char[]){
#embed "../Console/Pages/usage/charts.js" suffix(, 0)
    }},
    {"usage/rows.js", (const char[]){
#embed "../Console/Pages/usage/rows.js" suffix(, 0)
    }},
    {"views/accounts.js", (const char[]){
#embed "../Console/Pages/views/accounts.js" suffix(, 0)
    }},
    {"views/chat.js", (const char[]){
#embed "../Console/Pages/views/chat.js" suffix(, 0)
    }},
    {"views/keys.js", (const char[]){
#embed "../Console/Pages/views/keys.js" suffix(, 0)
    }},
    {"views/password.js", (const char[]){
#embed "../Console/Pages/views/password.js" suffix(, 0)
    }},
    {"views/realtime.js", (const char[]){
#embed "../Console/Pages/views/realtime.js" suffix(, 0)
    }},
    {"views/sessions.js", (const char[]){
#embed "../Console/Pages/views/sessions.js" suffix(, 0)
    }},
    {"views/sign-in.js", (const char[]){
#embed "../Console/Pages/views/sign-in.js" suffix(, 0)
    }},
    {"views/upstreams.js", (const char[]){
#embed "../Console/Pages/views/upstreams.js" suffix(, 0)
    }},
    {"views/usage.js", (const char[]){
#embed "../Console/Pages/views/usage.js" suffix(, 0)
    }},
    {"words/chinese.js", (const char[]){
#embed "../Console/Pages/words/chinese.js" suffix(, 0)
    }},
    {"words/english.js", (const char[]){
#embed "../Console/Pages/words/english.js" suffix(, 0)
    }},
};

const lw_page *lw_pages(void) { return pages; }

size_t lw_page_count(void) { return sizeof(pages) / sizeof(pages[0]); }
