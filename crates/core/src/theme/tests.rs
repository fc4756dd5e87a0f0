use proptest::prelude::*;

use super::*;

fn any_rgb() -> impl Strategy<Value = Rgb> {
    (0_u32..0x100_0000).prop_map(Rgb::hex)
}

fn any_background() -> impl Strategy<Value = Option<Background>> {
    let gradient = (proptest::collection::vec(any_rgb(), 2..=3), 0_u16..8).prop_map(|(colors, turn)| {
        Gradient { colors: List::new(colors).unwrap(), angle: (turn * 45).try_into().unwrap() }
    });
    let picture = ImageUrl::parse("https://example.org/a.png").unwrap();
    prop_oneof![
        Just(None),
        any_rgb().prop_map(|color| Some(Background::Color(color))),
        gradient.prop_map(|gradient| Some(Background::Gradient(gradient))),
        Just(Some(Background::Picture(picture))),
    ]
}

/// Pixels that the ground may show, as they are under the scrim.
fn pixels(palette: &Palette) -> Vec<Rgb> {
    let bare = match &palette.ground {
        Ground::Plain(color) => vec![*color],
        Ground::Gradient { colors, .. } => {
            let legs = colors
                .windows(2)
                .flat_map(|leg| (0..=32).map(move |step| leg[0].mix(leg[1], f64::from(step) / 32.0)));
            legs.collect()
        }
        Ground::Picture(_) => (0..=255)
            .step_by(5)
            .flat_map(|v| [Rgb { r: v, g: v, b: v }, Rgb { r: v, g: 0, b: 255 - v }])
            .collect(),
    };
    let under = |color: Rgb| {
        palette.scrim.map_or(color, |scrim| color.mix(scrim.color, f64::from(scrim.percent) / 100.0))
    };
    bare.into_iter().map(under).chain([palette.surface, palette.base]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// P7
    #[test]
    fn text_is_readable_whatever_the_owner_picks(
        accent in proptest::option::of(any_rgb()), background in any_background(), at in 0_usize..6
    ) {
        let theme = Theme { accent, background, ..Theme::default() };
        let resolved = ResolvedTheme::new(Template::ALL[at], &theme);
        for palette in [&resolved.light, &resolved.dark, resolved.still()] {
            for pixel in pixels(palette) {
                for (name, ink) in [("ink", palette.ink), ("muted", palette.muted), ("accent", palette.accent_ink)] {
                    // A browser rounds once more than we do when it blends: a hundredth covers it.
                    prop_assert!(contrast(ink, pixel) >= 4.49, "{name} {ink} on {pixel} of {palette:?}");
                }
            }
            prop_assert!(contrast(palette.on_accent, palette.accent) >= 4.5);
            prop_assert!(contrast(palette.edge, palette.surface) >= 3.0);
        }
    }

    #[test]
    fn a_colour_survives_the_way_through_lightness_chroma_and_hue(color in any_rgb()) {
        let back = color.to_lch().to_rgb();
        for (one, other) in [(color.r, back.r), (color.g, back.g), (color.b, back.b)] {
            prop_assert!(one.abs_diff(other) <= 1, "{color} became {back}");
        }
    }
}

#[test]
fn a_background_of_ones_own_decides_between_light_and_dark() {
    let with = |json: serde_json::Value| {
        ResolvedTheme::new(Template::Minimal, &serde_json::from_value(json).unwrap()).scheme
    };
    assert_eq!(with(serde_json::json!({})), Scheme::Auto);
    assert_eq!(with(serde_json::json!({"scheme": "dark"})), Scheme::Dark);
    assert_eq!(with(serde_json::json!({"scheme": "light", "background": {"color": "#111"}})), Scheme::Dark);
    assert_eq!(
        with(serde_json::json!({"scheme": "dark", "background": {"picture": "/a.png"}})),
        Scheme::Dark
    );
}

#[test]
fn contrast_is_that_of_wcag() {
    assert!((contrast(Rgb::BLACK, Rgb::WHITE) - 21.0).abs() < 1e-9);
    assert!((contrast(Rgb::hex(0x76_7676), Rgb::WHITE) - 4.54).abs() < 0.01);
    assert_eq!(Rgb::parse("#0aF"), Some(Rgb::hex(0x00_aaff)));
    for bad in ["", "#", "#12", "#1234", "red", "#+12345", "#ééé"] {
        assert_eq!(Rgb::parse(bad), None, "{bad}");
    }
}
