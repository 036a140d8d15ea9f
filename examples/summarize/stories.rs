//! What the reports tell: eight kinds of stories.

use crate::reports::{Draw, Story};

/// All of them.
pub const ALL: [fn(&mut Draw) -> Story; 8] = [accident, game, profits, weather, election, discovery, theft, closure];

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const BUILDINGS: [&str; 10] =
    ["warehouse", "bakery", "school", "hotel", "factory", "library", "farmhouse", "cinema", "museum", "theatre"];

fn accident(draw: &mut Draw) -> Story {
    let causes = [
        "a broken heater",
        "a loose cable",
        "faulty wiring",
        "a forgotten candle",
        "a lightning strike",
        "a leaking tank",
    ];
    Story {
        slots: vec![
            ("what", draw.word(&["fire", "blaze", "gas leak", "flood", "collapse"])),
            ("building", draw.word(&BUILDINGS)),
            ("place", draw.name()),
            ("elsewhere", draw.name()),
            ("chief", draw.name()),
            ("day", draw.word(&DAYS)),
            ("hurt", draw.digits(2, 60)),
            ("engines", draw.digits(3, 60)),
            ("weeks", draw.digits(2, 30)),
            ("year", draw.digits(1850, 1990)),
            ("cause", draw.word(&causes)),
        ],
        scene: &[
            "It was (a quiet|an ordinary|a cold) {day} (morning|evening) when the alarm was raised.",
            "Emergency crews had a long night behind them.",
            "Many people were still asleep when it happened.",
            "Neighbours of the {building} will not forget that {day}.",
        ],
        facts: vec![
            &[
                "A {what} (struck|damaged|emptied) a {building} in {place} on {day}.",
                "On {day}, {place} saw a {what} at a {building}.",
                "In {place}, a {building} was the scene of a {what}.",
                "Residents of {place} fled from a {what} at a {building}.",
            ],
            &[
                "{hurt} people were (taken to hospital|treated for injuries).",
                "Doctors treated {hurt} of those inside.",
                "The number of injured stands at {hurt}.",
                "Of those who were inside, {hurt} were hurt.",
            ],
            &[
                "Investigators (blamed|pointed to) {cause}.",
                "The cause was {cause}, according to {chief}, who leads the inquiry.",
                "The inquiry traced it to {cause}.",
                "It all began with {cause}, officials said.",
            ],
        ],
        asides: &[
            "{engines} fire engines were sent.",
            "About {engines} neighbours watched from the street.",
            "Repairs will take {weeks} weeks, said {chief}.",
            "The road was closed for {weeks} hours.",
            "The {building} dates from {year}.",
            "It could be seen from as far as {elsewhere}.",
        ],
        summary: "A {what} at a {building} in {place} injured {hurt} people. The cause was {cause}.",
    }
}

fn game(draw: &mut Draw) -> Story {
    let low = draw.number(0, 4);
    Story {
        slots: vec![
            ("winner", draw.name()),
            ("loser", draw.name()),
            ("scorer", draw.name()),
            ("player", draw.name()),
            ("coach", draw.name()),
            ("low", low.to_string()),
            ("high", draw.digits(low + 1, 6)),
            ("minute", draw.digits(50, 89)),
            ("crowd", draw.digits(20, 90)),
            ("day", draw.word(&DAYS)),
        ],
        scene: &[
            "{crowd} thousand people came to the stadium on {day}.",
            "The cup had its (last|first|second) evening on {day}.",
            "{loser} had been the favourites before the match.",
            "Hardly anyone had expected (much|a close match) on {day}.",
        ],
        facts: vec![
            &[
                "{winner} (beat|defeated|overcame) {loser} by {high} goals to {low}.",
                "{loser} lost to {winner} by {low} goals to {high}.",
                "{loser} went down {low} to {high} against {winner}.",
                "With {high} goals to {low}, {winner} were too strong for {loser}.",
                "{loser} had no answer to {winner} and lost {low} to {high}.",
                "It was {high} to {low} when {winner} celebrated and {loser} left the pitch.",
            ],
            &[
                "{scorer} scored the deciding goal in minute {minute}.",
                "The decision came from {scorer} in minute {minute}.",
                "In minute {minute}, {scorer} settled the match.",
                "It took until minute {minute} for {scorer} to decide it.",
            ],
        ],
        asides: &[
            "{coach}, who coaches {loser}, (blamed the referee|was proud all the same).",
            "{coach} of {winner} praised the defence.",
            "The crowd sang for {minute} minutes.",
            "{player} missed a penalty.",
            "{player} left with an injured knee.",
            "Rain fell from start to finish.",
        ],
        summary: "{winner} beat {loser} {high} to {low}. {scorer} scored the deciding goal.",
    }
}

fn profits(draw: &mut Draw) -> Story {
    let up = draw.number(0, 1) == 1;
    let plans = [
        "open new shops",
        "hire more staff",
        "close a plant",
        "sell its ships",
        "build a second factory",
        "lower its prices",
    ];
    let (rises, falls) = (["climbed", "grew", "increased", "went up"], ["shrank", "dropped", "declined", "went down"]);
    let (verb, opposite) = if up { (rises, falls) } else { (falls, rises) };
    Story {
        slots: vec![
            ("company", draw.name()),
            ("chief", draw.name()),
            ("verb", draw.word(&verb)),
            ("opposite", draw.word(&opposite)),
            ("direction", if up { "rose" } else { "fell" }.into()),
            ("percent", draw.digits(2, 60)),
            ("other", draw.digits(2, 60)),
            ("million", draw.digits(2, 90)),
            ("years", draw.digits(2, 30)),
            ("plan", draw.word(&plans)),
            ("day", draw.word(&DAYS)),
        ],
        scene: &[
            "Investors had waited for {day}.",
            "The figures were published on {day}.",
            "It has been (an unusual|a busy|a hard) year for the industry.",
            "{chief} looked (tired|pleased) in front of the press on {day}.",
        ],
        facts: vec![
            &[
                "The profit of {company} {verb} by {percent} percent.",
                "{company} said that its profit {verb} by {percent} percent.",
                "By {percent} percent the profit of {company} {verb}.",
                "At {company}, profit {verb} by {percent} percent to {million} million.",
            ],
            &[
                "It (plans|intends|wants) to {plan} next year.",
                "Next year the company will {plan}.",
                "{chief}, who leads it, promised to {plan}.",
                "The board agreed to {plan}.",
            ],
        ],
        asides: &[
            "Costs {opposite} by {other} percent.",
            "Sales abroad {opposite} by {other} percent.",
            "Its shares closed at {million}.",
            "{chief} has been there for {years} years.",
            "Analysts had expected {other} percent.",
            "Debts of {million} million remain.",
        ],
        summary: "Profit at {company} {direction} {percent} percent. The company will {plan}.",
    }
}

fn weather(draw: &mut Draw) -> Story {
    let advice =
        ["stay at home", "leave their cars", "tie down boats", "keep windows shut", "avoid the coast", "save water"];
    Story {
        slots: vec![
            ("what", draw.word(&["heavy rain", "thick fog", "strong wind", "deep snow", "great heat", "black ice"])),
            ("place", draw.name()),
            ("elsewhere", draw.name()),
            ("expert", draw.name()),
            ("day", draw.word(&DAYS)),
            ("today", draw.word(&DAYS)),
            ("degrees", draw.digits(2, 38)),
            ("years", draw.digits(2, 90)),
            ("advice", draw.word(&advice)),
        ],
        scene: &[
            "The sky was still blue on {today}.",
            "It has been a (mild|strange|long) season so far.",
            "Farmers have been looking at the clouds since {today}.",
            "{elsewhere} has already had its share.",
        ],
        facts: vec![
            &[
                "Forecasters expect {what} in {place} on {day}.",
                "On {day}, {what} will reach {place}.",
                "{place} has to prepare for {what} on {day}.",
                "A warning of {what} on {day} was issued for {place}.",
            ],
            &[
                "People (should|were told to|are asked to) {advice}.",
                "The advice of {expert} is to {advice}.",
                "Everyone who can should {advice}, officials said.",
                "Those who live there would do well to {advice}.",
            ],
        ],
        asides: &[
            "{elsewhere} had {degrees} degrees on {today}.",
            "It is the first time in {years} years, said {expert}.",
            "{elsewhere} is not affected.",
            "{expert} has studied storms for {years} years.",
            "Schools will be closed for {degrees} days.",
            "Last time, {years} trees fell.",
        ],
        summary: "{place} expects {what} on {day}. People should {advice}.",
    }
}

fn election(draw: &mut Draw) -> Story {
    let high = draw.number(51, 80);
    let plans = ["plant trees", "repair the bridges", "cut taxes", "build a tram", "reopen the pool", "hire teachers"];
    Story {
        slots: vec![
            ("place", draw.name()),
            ("winner", draw.name()),
            ("loser", draw.name()),
            ("high", high.to_string()),
            ("low", (100 - high).to_string()),
            ("turnout", draw.digits(40, 90)),
            ("years", draw.digits(2, 30)),
            ("plan", draw.word(&plans)),
            ("other", draw.word(&plans)),
            ("day", draw.word(&DAYS)),
        ],
        scene: &[
            "The polls closed late on {day}.",
            "There were queues (in the rain|until dark) on {day}.",
            "{turnout} percent of the voters took part.",
            "After weeks of debates, {day} brought the decision.",
        ],
        facts: vec![
            &[
                "{winner} got {high} percent of the votes and {loser} got {low} percent.",
                "{loser} got {low} percent of the votes and {winner} got {high} percent.",
                "While {low} percent voted for {loser}, {high} percent chose {winner}.",
                "{high} percent were for {winner}, {low} percent for {loser}.",
            ],
            &[
                "{place} has a new mayor.",
                "The people of {place} elected a mayor.",
                "It was the election of a mayor in {place}.",
                "At stake was the town hall of {place}.",
            ],
            &[
                "{winner} promised to {plan}.",
                "To {plan} is what {winner} wants first.",
                "The first plan of {winner} is to {plan}.",
                "Supporters of {winner} hope for a town that will {plan}.",
            ],
        ],
        asides: &[
            "{loser} had wanted to {other}.",
            "{loser} congratulated {winner}.",
            "The turnout was {turnout} percent.",
            "{loser} had been in office for {years} years.",
            "The count took {years} hours.",
            "{winner} is {turnout} years old.",
        ],
        summary: "{winner} was elected mayor of {place} with {high} percent and wants to {plan}.",
    }
}

fn discovery(draw: &mut Draw) -> Story {
    Story {
        slots: vec![
            ("leader", draw.name()),
            ("rival", draw.name()),
            ("place", draw.name()),
            ("museum", draw.name()),
            (
                "find",
                draw.word(&[
                    "a bronze helmet",
                    "a stone temple",
                    "a golden coin",
                    "a wooden ship",
                    "a clay tablet",
                    "a royal grave",
                ]),
            ),
            ("age", draw.digits(2, 90)),
            ("depth", draw.digits(2, 90)),
            ("team", draw.digits(2, 90)),
            ("day", draw.word(&DAYS)),
        ],
        scene: &[
            "The (dig|search) had been planned for years.",
            "It began with a (walk|photograph|rumour) on a {day}.",
            "Hardly anyone believed in it at first.",
            "{rival} had given up long ago.",
        ],
        facts: vec![
            &[
                "A team led by {leader} (found|discovered|dug up) {find} near {place}.",
                "Near {place}, {leader} and others came upon {find}.",
                "It was {leader} whose team brought {find} to light near {place}.",
                "The soil near {place} gave up {find} to the team of {leader}.",
            ],
            &[
                "It is thought to be {age} centuries old.",
                "Tests give it an age of {age} centuries.",
                "Some {age} centuries have passed since it was made.",
                "It was made {age} centuries ago.",
            ],
        ],
        asides: &[
            "It lay at a depth of {depth} metres.",
            "{team} helpers took part.",
            "It will be shown in {museum}.",
            "{rival}, who searched there for {depth} years, had doubts.",
            "The work took {team} days.",
            "{rival} called it a surprise.",
        ],
        summary: "Researchers led by {leader} found {find} near {place}. It is {age} centuries old.",
    }
}

fn theft(draw: &mut Draw) -> Story {
    Story {
        slots: vec![
            (
                "loot",
                draw.word(&["a painting", "old clocks", "silver spoons", "a violin", "rare stamps", "three diamonds"]),
            ),
            ("building", draw.word(&BUILDINGS)),
            ("place", draw.name()),
            ("suspect", draw.name()),
            ("officer", draw.name()),
            ("town", draw.name()),
            ("price", draw.digits(2, 90)),
            ("minutes", draw.digits(2, 60)),
            ("officers", draw.digits(2, 60)),
            ("day", draw.word(&DAYS)),
        ],
        scene: &[
            "The doors had been locked as on any {day}.",
            "A cleaner noticed it first.",
            "Nobody heard a sound on {day}.",
            "{officer} has seen (many|few) cases like it.",
        ],
        facts: vec![
            &[
                "Thieves (stole|took|carried off) {loot} from a {building} in {place}.",
                "A {building} in {place} lost {loot} to thieves.",
                "From a {building} in {place}, {loot} went missing.",
                "In {place}, thieves left a {building} with {loot}.",
            ],
            &[
                "The police arrested {suspect} in {town}.",
                "In {town}, {suspect} was arrested.",
                "{suspect} is in custody since an arrest in {town}.",
                "Officers caught {suspect} at a station in {town}.",
            ],
            &[
                "The loss is put at {price} thousand.",
                "It was worth {price} thousand.",
                "An insurer will have to pay {price} thousand.",
                "Its value is {price} thousand.",
            ],
        ],
        asides: &[
            "It took them {minutes} minutes.",
            "{officers} officers searched the area.",
            "{officer}, who is in charge, asked for witnesses.",
            "A window had been broken.",
            "The {building} will be closed for {minutes} days.",
            "{officer} has been with the police for {officers} years.",
        ],
        summary: "Thieves stole {loot} worth {price} thousand from a {building} in {place}. {suspect} was arrested.",
    }
}

fn closure(draw: &mut Draw) -> Story {
    let reasons = ["a cracked bridge", "new rails", "a rockfall", "worn cables", "a strike", "a sinking tunnel"];
    Story {
        slots: vec![
            ("from", draw.name()),
            ("to", draw.name()),
            ("via", draw.name()),
            ("speaker", draw.name()),
            ("weeks", draw.digits(2, 60)),
            ("trains", draw.digits(2, 90)),
            ("millions", draw.digits(2, 90)),
            ("reason", draw.word(&reasons)),
            ("day", draw.word(&DAYS)),
        ],
        scene: &[
            "Travellers will need patience.",
            "The railway called the press together on {day}.",
            "Posters have been up since {day}.",
            "There had been talk of it for months.",
        ],
        facts: vec![
            &[
                "The line from {from} to {to} will be closed for {weeks} weeks.",
                "For {weeks} weeks no trains will run from {from} to {to}.",
                "Those who travel from {from} to {to} will have no trains for {weeks} weeks.",
                "It will be {weeks} weeks before trains run from {from} to {to} again.",
            ],
            &[
                "The reason is {reason}.",
                "It is because of {reason}.",
                "{speaker} of the railway gave {reason} as the reason.",
                "What makes it necessary is {reason}.",
            ],
        ],
        asides: &[
            "{trains} trains a day are affected.",
            "The work costs {millions} million.",
            "Buses will go by way of {via}.",
            "{speaker} apologised to all travellers.",
            "The line to {via} stays open.",
            "Tickets bought before {day} remain valid.",
        ],
        summary: "The line from {from} to {to} is closed for {weeks} weeks because of {reason}.",
    }
}
