/* Key storage stand-in: Wine's bcrypt signs and verifies ECDSA P-256, but its ncrypt keeps no elliptic keys, and .NET asks ncrypt only.
   A key lives as long as its handle; nothing is ever stored. */
#include <windows.h>
#include <bcrypt.h>

#define NOT_SUPPORTED ((LONG)0x80090029)
#define TOO_SMALL ((LONG)0x80090028)
#define NOT_FOUND ((LONG)0x80090011)
#define HEAD 36  /* of the PKCS#8 form, up to the private number */
#define JOINT 6  /* between the private number and the public point */
#define PKCS8 (HEAD + 32 + JOINT + 64)

typedef struct { BCRYPT_KEY_HANDLE pair; } Key;

static const BYTE head[HEAD] = { 0x30, 0x81, 0x87, 2, 1, 0, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7,
    4, 0x6d, 0x30, 0x6b, 2, 1, 1, 4, 0x20 };
static const BYTE joint[JOINT] = { 0xa1, 0x44, 3, 0x42, 0, 4 };
static const char provider;

static LONG answer(const void *what, DWORD length, void *to, DWORD size, DWORD *written)
{
    *written = length;
    if (!to) return 0;
    if (size < length) return TOO_SMALL;
    CopyMemory(to, what, length);
    return 0;
}

static BCRYPT_ALG_HANDLE algorithm(void)
{
    static BCRYPT_ALG_HANDLE opened;
    if (!opened) BCryptOpenAlgorithmProvider(&opened, L"ECDSA_P256", NULL, 0);
    return opened;
}

static LONG keep(BCRYPT_KEY_HANDLE pair, Key **key)
{
    *key = HeapAlloc(GetProcessHeap(), 0, sizeof **key);
    (*key)->pair = pair;
    return 0;
}

LONG WINAPI OpenProvider(const void **opened, LPCWSTR name, DWORD flags) { *opened = &provider; return 0; }

LONG WINAPI Release(void *object)
{
    if (object == &provider) return 0;
    BCryptDestroyKey(((Key *)object)->pair);
    HeapFree(GetProcessHeap(), 0, object);
    return 0;
}

LONG WINAPI Create(void *from, Key **key, LPCWSTR name, LPCWSTR stored, DWORD specification, DWORD flags)
{
    BCRYPT_KEY_HANDLE pair;
    if (lstrcmpW(name, L"ECDSA_P256") || stored) return NOT_SUPPORTED;
    LONG failed = BCryptGenerateKeyPair(algorithm(), &pair, 256, 0);
    return failed ? failed : keep(pair, key);
}

LONG WINAPI Finish(Key *key, DWORD flags) { return BCryptFinalizeKeyPair(key->pair, 0); }

LONG WINAPI Import(void *from, void *with, LPCWSTR form, void *parameters, Key **key, BYTE *data, DWORD size, DWORD flags)
{
    BCRYPT_KEY_HANDLE pair;
    BYTE blob[sizeof(BCRYPT_ECCKEY_BLOB) + 96];
    if (!lstrcmpW(form, L"PKCS8_PRIVATEKEY")) {
        if (size != PKCS8 || memcmp(data, head, HEAD) || memcmp(data + HEAD + 32, joint, JOINT)) return NOT_SUPPORTED;
        BCRYPT_ECCKEY_BLOB what = { BCRYPT_ECDSA_PRIVATE_P256_MAGIC, 32 };
        CopyMemory(blob, &what, sizeof what);
        CopyMemory(blob + sizeof what, data + HEAD + 32 + JOINT, 64);
        CopyMemory(blob + sizeof what + 64, data + HEAD, 32);
        form = BCRYPT_ECCPRIVATE_BLOB;
        data = blob;
        size = sizeof blob;
    }
    LONG failed = BCryptImportKeyPair(algorithm(), NULL, form, &pair, data, size, 0);
    return failed ? failed : keep(pair, key);
}

LONG WINAPI Export(Key *key, void *with, LPCWSTR form, void *parameters, BYTE *to, DWORD size, DWORD *written, DWORD flags)
{
    BYTE blob[sizeof(BCRYPT_ECCKEY_BLOB) + 96], pkcs8[PKCS8];
    BOOL wrapped = !lstrcmpW(form, L"PKCS8_PRIVATEKEY");
    ULONG length;
    LONG failed = BCryptExportKey(key->pair, NULL, wrapped ? BCRYPT_ECCPRIVATE_BLOB : form, blob, sizeof blob, &length, 0);
    if (failed) return failed;
    if (!wrapped) return answer(blob, length, to, size, written);
    CopyMemory(pkcs8, head, HEAD);
    CopyMemory(pkcs8 + HEAD, blob + sizeof(BCRYPT_ECCKEY_BLOB) + 64, 32);
    CopyMemory(pkcs8 + HEAD + 32, joint, JOINT);
    CopyMemory(pkcs8 + HEAD + 32 + JOINT, blob + sizeof(BCRYPT_ECCKEY_BLOB), 64);
    return answer(pkcs8, PKCS8, to, size, written);
}

LONG WINAPI GetProperty(void *object, LPCWSTR name, BYTE *to, DWORD size, DWORD *written, DWORD flags)
{
    static const DWORD bits = 256, exportable = 3;
    if (object == &provider) return NOT_FOUND;
    if (!lstrcmpW(name, L"Algorithm Name")) return answer(L"ECDSA_P256", 22, to, size, written);
    if (!lstrcmpW(name, L"Algorithm Group")) return answer(L"ECDSA", 12, to, size, written);
    if (!lstrcmpW(name, L"Length") || !lstrcmpW(name, L"PublicKeyLength")) return answer(&bits, 4, to, size, written);
    if (!lstrcmpW(name, L"Export Policy")) return answer(&exportable, 4, to, size, written);
    if (!lstrcmpW(name, L"CLR IsEphemeral")) return answer("\1", 1, to, size, written);
    return NOT_FOUND;
}

LONG WINAPI SetProperty(void *object, LPCWSTR name, BYTE *value, DWORD size, DWORD flags) { return 0; }

LONG WINAPI Sign(Key *key, void *padding, BYTE *hash, DWORD length, BYTE *to, DWORD size, DWORD *written, DWORD flags)
{
    ULONG done = 64;
    LONG failed = to ? BCryptSignHash(key->pair, NULL, hash, length, to, size, &done, 0) : 0;
    *written = done;
    return failed;
}

LONG WINAPI Verify(Key *key, void *padding, BYTE *hash, DWORD length, BYTE *signature, DWORD size, DWORD flags)
{
    return BCryptVerifySignature(key->pair, NULL, hash, length, signature, size, 0) ? (LONG)0x80090006 : 0;
}
