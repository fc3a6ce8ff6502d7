"""Made-up names and sentences of a school: enough variety that nothing is measured twice from one cache line."""

from __future__ import annotations

from random import Random

FIRST = ("Noor", "Storm", "Zoë", "Ayşe", "Bram", "Yusuf", "Mees", "Roos", "Finn", "Saar", "Daan", "Lotte", "Levi",
         "Nora", "Amir", "Tess", "Jip", "Fatima", "Sem", "Julia", "Mei", "Luuk", "Sofia", "Ravi", "Anna")  # fmt: skip
LAST = ("Jansen", "Bakker", "Çelik", "Visser", "Hof", "Amrani", "IJsselstein", "Smit", "Mulder", "Bos", "Vos",
        "Peters", "Hendriks", "Dekker", "Brouwer", "Kaya", "Dijkstra", "Kok", "Schouten", "Postma")  # fmt: skip
TITLES = ("De kikkers zijn er", "Naar het bos", "Boekenweek", "Letters van zand", "De moestuin groeit", "Sportdag",
          "Proefjes met water", "Lampionnen", "Onze winkel is open", "Gymspullen mee", "Verkeer op het plein",
          "Een brief uit Zweden", "De toren van Pisa", "Muziek in de aula", "Fruit op woensdag")  # fmt: skip
SENTENCES = (
    "Vandaag hebben we met de hele groep gewerkt aan het thema van deze maand.",
    "In de bouwhoek ontstond een brug waar **echt** iemand overheen kon lopen.",
    "De kinderen hebben zelf bedacht hoe het water van de ene bak naar de andere gaat.",
    "Morgen gaan we naar buiten, dus denk aan laarzen en een jas die vies mag worden.",
    "Wie heeft thuis nog lege potten met een deksel? Wij kunnen er nog twintig gebruiken.",
    "Het was even zoeken, maar aan het eind van de ochtend lag alles op zijn plek.",
    "We sloten af met een kringgesprek en daar kwamen mooie vragen uit.",
    "Op de foto's is te zien hoe geconcentreerd er is gewerkt.",
    "Volgende week nemen we het werk mee naar huis.",
    "Een ouder heeft verteld over haar werk op het lab, en we mochten alles aanraken.",
)
REPLIES = ("Wat leuk!", "Wij nemen potten mee.", "Ze vertelde er thuis meteen over.", "Hoe laat zijn jullie terug?",
           "Mooi gedaan allemaal, dank je wel voor de foto's.", "Ik kan helpen met rijden.")  # fmt: skip


def body(dice: Random) -> str:
    """One to three paragraphs of together about 300 signs."""
    chosen = dice.sample(SENTENCES, dice.randint(3, 5))
    middle = len(chosen) // 2
    return " ".join(chosen[:middle]) + "\n\n" + " ".join(chosen[middle:])
