/* libbpf_internal.h names types of libelf; nothing of them is used here. */
typedef struct ringsim_elf Elf;
typedef struct ringsim_elf_scn Elf_Scn;
typedef struct ringsim_elf_data Elf_Data;
