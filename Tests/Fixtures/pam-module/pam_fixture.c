// A PAM module for tests: does what its arguments say, in order, in whatever stack it stands.
//   info:TEXT error:TEXT      tells
//   ask:TEXT=ANSWER           asks without echo; fails unless answered so
//   show:TEXT=ANSWER          asks with echo
//   both:FIRST/SECOND         tells, asks without echo and asks with echo in one call
//   binary                    sends a message of a style that no browser can answer
//   rename:NAME               sets PAM_USER
//   touch:PATH                makes a file
//   fail delay crash hang
#include <fcntl.h>
#include <security/pam_modules.h>
#include <security/pam_ext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int converse(pam_handle_t *pamh, int count, const struct pam_message *messages, struct pam_response **answers) {
    const struct pam_conv *conversation;
    const struct pam_message *pointers[4];
    for (int i = 0; i < count; i++) pointers[i] = &messages[i];
    if (pam_get_item(pamh, PAM_CONV, (const void **)&conversation) != PAM_SUCCESS) return PAM_CONV_ERR;
    return conversation->conv(count, pointers, answers, conversation->appdata_ptr);
}

static int ask(pam_handle_t *pamh, int style, const char *argument) {
    char text[256];
    snprintf(text, sizeof text, "%s", argument);
    char *wanted = strrchr(text, '=');
    if (!wanted) return PAM_SERVICE_ERR;
    *wanted++ = 0;
    struct pam_message message = {style, text};
    struct pam_response *answer = NULL;
    int result = converse(pamh, 1, &message, &answer);
    if (result != PAM_SUCCESS) return result;
    if (!answer->resp || strcmp(answer->resp, wanted) != 0) result = PAM_AUTH_ERR;
    free(answer->resp);
    free(answer);
    return result;
}

static int both(pam_handle_t *pamh, const char *wanted) {
    struct pam_message messages[] = {
        {PAM_TEXT_INFO, "Two questions."}, {PAM_PROMPT_ECHO_OFF, "First: "}, {PAM_PROMPT_ECHO_ON, "Second: "}};
    struct pam_response *answers = NULL;
    int result = converse(pamh, 3, messages, &answers);
    if (result != PAM_SUCCESS) return result;
    char given[256];
    snprintf(given, sizeof given, "%s/%s", answers[1].resp, answers[2].resp);
    if (answers[0].resp || strcmp(given, wanted) != 0) result = PAM_AUTH_ERR;
    for (int i = 0; i < 3; i++) free(answers[i].resp);
    free(answers);
    return result;
}

static int act(pam_handle_t *pamh, const char *argument) {
    const char *rest = strchr(argument, ':');
    rest = rest ? rest + 1 : "";
    if (!strncmp(argument, "info:", 5) || !strncmp(argument, "error:", 6)) {
        struct pam_message message = {argument[0] == 'i' ? PAM_TEXT_INFO : PAM_ERROR_MSG, rest};
        struct pam_response *answer = NULL;
        int result = converse(pamh, 1, &message, &answer);
        free(answer);
        return result;
    }
    if (!strncmp(argument, "ask:", 4)) return ask(pamh, PAM_PROMPT_ECHO_OFF, rest);
    if (!strncmp(argument, "show:", 5)) return ask(pamh, PAM_PROMPT_ECHO_ON, rest);
    if (!strncmp(argument, "both:", 5)) return both(pamh, rest);
    if (!strcmp(argument, "binary")) {
        struct pam_message message = {PAM_BINARY_PROMPT, "?"};
        struct pam_response *answer = NULL;
        return converse(pamh, 1, &message, &answer);
    }
    if (!strncmp(argument, "rename:", 7)) return pam_set_item(pamh, PAM_USER, rest);
    if (!strncmp(argument, "touch:", 6)) {
        close(open(rest, O_CREAT | O_WRONLY, 0600));
        return PAM_SUCCESS;
    }
    if (!strcmp(argument, "fail")) return PAM_SESSION_ERR;
    if (!strcmp(argument, "delay")) {
        pam_fail_delay(pamh, 30 * 1000 * 1000);
        return PAM_AUTH_ERR;
    }
    if (!strcmp(argument, "crash")) abort();
    if (!strcmp(argument, "hang")) for (;;) pause();
    return PAM_SERVICE_ERR;
}

static int run(pam_handle_t *pamh, int count, const char **arguments) {
    for (int i = 0; i < count; i++) {
        int result = act(pamh, arguments[i]);
        if (result != PAM_SUCCESS) return result;
    }
    return PAM_SUCCESS;
}

#define PHASE(name) \
    int name(pam_handle_t *pamh, int flags, int count, const char **arguments) { (void)flags; return run(pamh, count, arguments); }
PHASE(pam_sm_authenticate)
PHASE(pam_sm_acct_mgmt)
PHASE(pam_sm_open_session)
int pam_sm_setcred(pam_handle_t *pamh, int flags, int count, const char **arguments) { return PAM_SUCCESS; }
int pam_sm_close_session(pam_handle_t *pamh, int flags, int count, const char **arguments) { return PAM_SUCCESS; }
