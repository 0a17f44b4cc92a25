/* Reads pairs of lines, a topic filter and a topic name, and answers each with what libmosquitto says:
 * 1 for a match, 0 for none, ! for a pair that it refuses. */
#include <mosquitto.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool line(char *text, int size) {
    if (!fgets(text, size, stdin)) {
        return false;
    }
    text[strcspn(text, "\n")] = 0;
    return true;
}

int main(void) {
    static char filter[4096], name[4096];
    while (line(filter, sizeof filter) && line(name, sizeof name)) {
        bool matches = false;
        int refused = mosquitto_topic_matches_sub(filter, name, &matches);
        puts(refused ? "!" : matches ? "1" : "0");
    }
    return 0;
}
