//! Names of products that make passkeys, by the AAGUID that these write into a new passkey: the first suggestion for its name.
//!
//! The facts are those of the community's list of passkey providers (github.com/passkeydeveloper/passkey-authenticator-aaguids). An
//! AAGUID without attestation is a claim, so a name decides nothing.

/// AAGUIDs as UUIDs spell them, with the name of the product. Sorted by name.
const PRODUCTS: [(u128, &str); 38] = [
    (0xbada5566_a7aa_401f_bd96_45619a55120d, "1Password"),
    (0xa11a5faa_9f32_4b8c_8c5d_2f7d13e8c942, "AliasVault"),
    (0xfbfc3007_154e_4ecc_8c0b_6e020557d7bd, "Apple Passwords"),
    (0xa4a2d88e_9796_4356_9164_e2a5a8bd019c, "Avast Password Manager"),
    (0x6bb49926_160a_4306_a100_4eb39ba6ac45, "AVG Password Manager"),
    (0xe7db2bd3_f2fe_4d71_ad78_7e7aa166cfd1, "Avira Password Manager"),
    (0xd548826e_79b4_db40_a3d8_11116f7e8349, "Bitwarden"),
    (0xadce0002_35bc_c60a_648b_0b25f1f05503, "Chrome on Mac"),
    (0xb5397666_4885_aa6b_cebf_e52262a439a2, "Chromium Browser"),
    (0x531126d6_e717_415c_9320_3d9aa6981239, "Dashlane"),
    (0xde503f9c_21a4_4f76_b4b7_558eb55c6f89, "Devolutions"),
    (0x771b48fd_d3d4_4f74_9232_fc157ab0507a, "Edge on Mac"),
    (0xf3809540_7f14_49c1_a8b3_8f813b225541, "Enpass"),
    (0xea9b8d66_4d01_1d21_3ce4_b6b48cb575d4, "Google Password Manager"),
    (0xdd4ec289_e01d_41c9_bb89_70fa845d4bf2, "iCloud Keychain (Managed)"),
    (0x39a5647e_1853_446c_a1f6_a79bae9f5bc7, "IDmelon"),
    (0xbfc748bb_3429_4faa_b9f9_7cfa9f3b76d0, "iPasswords"),
    (0xa10c6dd9_465e_4226_8198_c7c44b91c555, "Kaspersky Password Manager"),
    (0xeaecdef2_1c31_5634_8639_f1cbd9c00a08, "KeePassDX"),
    (0x9addb28c_b46f_4402_808f_019651441ff3, "KeePassPasskey"),
    (0xfdb141b2_5d84_443e_8a35_4698c205a502, "KeePassXC"),
    (0x0ea242b4_43c4_4a1b_8b17_dd6d0b6baec6, "Keeper"),
    (0xb78a0a55_6ef8_d246_a042_ba0f6d55050c, "LastPass"),
    (0x22248c4c_7a12_46e2_9a41_44291b373a4d, "LogMeOnce"),
    (0xd3452668_01fd_4c12_926c_83a4204853aa, "Microsoft Password Manager"),
    (0xb84e4048_15dc_4dd0_8640_f4f60813c8af, "NordPass"),
    (0xfa37f553_f9b6_4adb_ac53_8bbb57ebdf0d, "Norton Password Manager"),
    (0x50726f74_6f6e_5061_7373_50726f746f6e, "Proton Pass"),
    (0xd350af52_0351_4ba2_acd3_dfeeadc3f764, "pwSafe"),
    (0x53414d53_554e_4700_0000_000000000000, "Samsung Pass"),
    (0xd9be9d39_e6a6_4c28_a581_32b044d986e4, "Sticky Password Manager"),
    (0x891494da_2c90_4d31_a9cd_4eab0aed1309, "Sésame"),
    (0xcc45f64e_52a2_451b_831a_4edd8022a202, "ToothPic Passkey Provider"),
    (0x45e3057e_b2f9_48ed_912f_9b901e153b16, "Uniqkey"),
    (0x08987058_cadc_4b81_b6e1_30de50dcbe96, "Windows Hello"),
    (0x6028b017_b1d4_4c02_b4b3_afcdafc96bb2, "Windows Hello"),
    (0x9ddd1817_af5a_4672_a2b9_3e3dd95000a9, "Windows Hello"),
    (0xb35a26b2_8f6e_4697_ab1d_d44db4da28c6, "Zoho Vault"),
];

/// The name of the product with this AAGUID.
pub fn product(aaguid: [u8; 16]) -> Option<&'static str> {
    let number = u128::from_be_bytes(aaguid);
    PRODUCTS.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::Id;

    fn named(uuid: &str) -> Option<&'static str> {
        product(*uuid.parse::<Id<()>>().unwrap().bytes())
    }

    #[test]
    fn a_known_product_has_its_name() {
        assert_eq!(named("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"), Some("Google Password Manager"));
        assert_eq!(named("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"), Some("Apple Passwords"));
        assert_eq!(named("9ddd1817-af5a-4672-a2b9-3e3dd95000a9"), Some("Windows Hello"));
        assert_eq!(named("d548826e-79b4-db40-a3d8-11116f7e8349"), Some("Bitwarden"));
    }

    #[test]
    fn an_unknown_one_has_none() {
        assert_eq!(named("00000000-0000-0000-0000-000000000000"), None);
        assert_eq!(named("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d5"), None);
    }

    #[test]
    fn no_product_is_there_twice_and_each_name_fits_a_line() {
        let mut numbers: Vec<_> = PRODUCTS.iter().map(|(number, _)| number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), PRODUCTS.len());
        assert!(PRODUCTS.iter().all(|(_, name)| !name.is_empty() && name.chars().count() <= 32));
    }
}
