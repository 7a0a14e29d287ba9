/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel says of this process. */
#pragma once

#include <glib.h>

/* Bytes that are resident, after free memory was given back; 0 under AddressSanitizer, which keeps
 * what was freed. */
guint64 process_resident_bytes (void);
/* The same without giving anything back first. */
guint64 process_resident_bytes_now (void);
/* Bytes that were allocated and not freed. */
guint64 process_allocated_bytes (void);
guint process_count_descriptors (void);
/* As many descriptors as may be had; how many that is. */
guint process_raise_descriptor_limit (void);
