#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    congruent_cortex_m::run(congruent_device::infer_cnn)
}
