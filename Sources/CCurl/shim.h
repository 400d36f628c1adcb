// libcurl's header, and its variadic functions with one type each, which Swift can't call otherwise.
#ifndef BERTH_CCURL_H
#define BERTH_CCURL_H

#include <curl/curl.h>
#include <stdbool.h>

typedef size_t (*berth_curl_callback)(char *data, size_t size, size_t count, void *context);

// CURLOPT_*(3)
static inline CURLcode berth_curl_set_number(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode berth_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode berth_curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode berth_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode berth_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode berth_curl_set_callback(CURL *easy, CURLoption option, berth_curl_callback value) {
    return curl_easy_setopt(easy, option, value);
}

// curl_global_init(3): CURL_GLOBAL_DEFAULT is a macro of casts.
static inline CURLcode berth_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

// curl_multi_info_read(3): the next transfer that is done, or NULL.
static inline CURL *berth_curl_next_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}

// CURLINFO_OS_ERRNO(3)
static inline int berth_curl_os_error(CURL *easy) {
    long code = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &code);
    return (int)code;
}

// CURLOPT_WRITEFUNCTION(3), curl_easy_pause(3)
static const size_t BERTH_CURL_WRITE_PAUSE = CURL_WRITEFUNC_PAUSE;
static const int BERTH_CURL_PAUSE_CONTINUE = CURLPAUSE_CONT;

#endif
