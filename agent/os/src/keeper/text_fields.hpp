// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/text_fields.hpp"
