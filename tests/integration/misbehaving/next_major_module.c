/* SPDX-License-Identifier: Apache-2.0
 * This version's symbol, but a module table that says it is of the next. */
#include "reeve/plugin.h"

static const reeve_module module = {sizeof(reeve_module), 2, 0, 0, 0, 0, NULL, "c/2.0"};

const reeve_module* REEVE_CALL reeve_module_v1(uint32_t host_minor) {
  (void)host_minor;
  return &module;
}
