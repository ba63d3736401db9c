// SPDX-License-Identifier: Apache-2.0
// The one place of this plugin that includes <windows.h>; WIN32_LEAN_AND_MEAN, NOMINMAX and UNICODE come from the build.
#pragma once

#include <windows.h>
