// SPDX-License-Identifier: Apache-2.0
// Everything beneath this process, which is a child subreaper: whoever loses its parent there becomes its child.
#pragma once

#include <sys/types.h>

namespace reeve::os {

// To every process beneath this one, parents first. Each is taken hold of by a descriptor before it is made sure of, so
// that a number that was given to a stranger meanwhile is never hit. How many were reached.
int signal_tree(int number);

// Stops all of it until no new one appears, so that none is born while the others die, then kills it. `cgroup`: the
// descriptor of a group's folder whose kernel does the same at once, or -1.
void kill_tree(int cgroup);

// The oldest child of this process, 0 without.
pid_t oldest_child();

} // namespace reeve::os
