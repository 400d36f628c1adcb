// libpam for applications, and what Swift can't write of it.
#ifndef BERTH_CPAM_H
#define BERTH_CPAM_H

#include <security/pam_appl.h>

static inline void berth_pam_wait_not(int status, unsigned microseconds, void *data) {
    (void)status; (void)microseconds; (void)data;
}

// PAM_FAIL_DELAY, pam_fail_delay(3): the application waits in its own way, so libpam does not.
static inline int berth_pam_set_no_fail_delay(pam_handle_t *handle) {
    void (*function)(int, unsigned, void *) = berth_pam_wait_not;
    return pam_set_item(handle, PAM_FAIL_DELAY, (const void *)function);
}

#endif
