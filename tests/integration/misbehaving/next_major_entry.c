/* SPDX-License-Identifier: Apache-2.0
 * What a plugin of the next major version exports: another symbol, and not this version's. */
#define REEVE_HOST_BUILD
#include "reeve/plugin.h"

REEVE_EXPORT const void* REEVE_CALL reeve_module_v2(uint32_t host_minor);
const void* REEVE_CALL reeve_module_v2(uint32_t host_minor) {
  (void)host_minor;
  return 0;
}
