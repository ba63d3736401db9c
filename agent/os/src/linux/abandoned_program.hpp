// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/process_id.hpp"

namespace reeve::os {

// Kills a program whose keeper is gone, with everything of its session, and waits up to a second for its end.
void end_abandoned(const process_id& program);

} // namespace reeve::os
