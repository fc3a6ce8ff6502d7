"""Names as they are heard on a Dutch schoolyard today. Everybody here is made up.

A family has one background, which gives its surnames and most of its first names; many children have a
name from elsewhere all the same, as in life.
"""

from __future__ import annotations

from dataclasses import dataclass

Surname = tuple[str, str]  # prefix, core: ("van den", "Broek")


@dataclass(frozen=True)
class Background:
    surnames: tuple[Surname, ...]
    children: tuple[str, ...]
    mothers: tuple[str, ...]
    fathers: tuple[str, ...]


def _plain(words: str) -> tuple[Surname, ...]:
    return tuple(("", word) for word in words.split())


def _with(prefix: str, words: str) -> tuple[Surname, ...]:
    return tuple((prefix, word) for word in words.split())


DUTCH = Background(
    surnames=(
        *_with("van den", "Broek Heuvel Berg Bosch"), *_with("van der", "Meer Linden Laan Velde Wal"),
        *_with("van", "Dijk Leeuwen Rooij Zanten Ommen Beek Loon Vliet Wijngaarden"), ("'t", "Hof"),
        *_with("de", "Wit Groot Vries Haan Ruiter Boer Lange Koning Graaf"), ("in 't", "Veld"), ("ten", "Cate"),
        ("op de", "Hoek"), ("ter", "Horst"),
        *_plain("IJsselstein Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer "
                "Kuipers Kok Willems Hoekstra Maas Verhoeven Prins Huisman Postma Kramer Schouten Molenaar "
                "Jacobs Evers Blom Koster Timmermans Sanders Gerritsen Verbeek Hermans Wolters Rietveld "
                "Zeeman Oosterhof Nijland Veenstra Klaassen Boersma Tromp Hoogland"))  # fmt: skip
    ,
    children=tuple(["Noah", "Emma", "Lucas", "Julia", "Mees", "Roos", "Storm", "Finn", "Tess", "Daan", "Saar", "Sem", "Zoë", "Liam", "Evi", "Levi", "Nora", "Luuk", "Sofie", "James", "Olivia", "Bram", "Lotte", "Milan", "Yara", "Jan", "Sara", "Thijs", "Fenna", "Gijs", "Lieke", "Sam", "Anna", "Teun", "Mila", "Max", "Elin", "Ben", "Maud", "Joep", "Isa", "Guus", "Fleur", "Ties", "Lynn", "Hugo", "Noor", "Stijn", "Jip", "Lars", "Loïs", "Pim", "Vera", "Boaz", "Feline", "Jens", "Puck", "Willem", "Eva", "Tijn", "Floor", "Cas", "Pleun", "Siem", "Veerle", "Oscar", "Bo", "Mats", "Liv", "Abel", "Norah", "Senn", "Madelief", "Otis", "René", "Chloé", "Wout", "Linde", "Morris", "Indy", "Kai", "Juul", "Beau", "Rosalie", "Just", "Mei", "Tobias", "Fien"]),
    mothers=tuple(["Anna", "Marloes", "Lianne", "Femke", "Eline", "Mirjam", "Annemiek", "Karin", "Suzanne", "Inge", "Wendy", "Mariska", "Danielle", "Josine", "Petra", "Ilona", "Bianca", "Nienke", "Roos", "Carlijn", "Simone", "Daphne", "Chantal", "Judith", "Manon", "Iris", "Maaike", "Renate", "Hester", "Leonie", "Ellen", "Astrid", "Kim", "Marieke", "Anouk", "Saskia", "Yvonne", "Laura", "Heleen", "Tamara"]),
    fathers=tuple(["Jeroen", "Bas", "Martijn", "Dennis", "Erik", "Niels", "Sander", "Ruben", "Mark", "Arjan", "Wouter", "Joris", "Stefan", "Tim", "Maarten", "Rick", "Bart", "Remco", "Thomas", "Vincent", "Michiel", "Robert", "Ferdi", "Paul", "Koen", "Gerard", "Patrick", "Marco", "Edwin", "Leon", "Jasper", "Roland", "Freek", "Harm", "Diederik", "Olaf", "Casper"]),
)  # fmt: skip
MOROCCAN = Background(
    surnames=(
        ("El", "Amrani"),
        ("El", "Idrissi"),
        ("Ait", "Ouarab"),
        *_plain("Bouzidi Chakir Haddou Benali Tahiri Ouali"),
    ),
    children=tuple(
        [
            "Yusuf",
            "Amira",
            "Ilyas",
            "Noor",
            "Adam",
            "Safae",
            "Zakaria",
            "Hafsa",
            "Imran",
            "Aya",
            "Bilal",
            "Lina",
            "Anas",
            "Salma",
            "Rayan",
        ]
    ),
    mothers=tuple(["Fatima", "Naima", "Samira", "Karima", "Loubna", "Hanane", "Ikram", "Siham"]),
    fathers=tuple(["Mohamed", "Rachid", "Hassan", "Karim", "Said", "Abdel", "Youssef", "Omar"]),
)
TURKISH = Background(
    surnames=_plain("Yıldız Çelik Demir Kaya Öztürk Şahin Aydın Arslan"),
    children=tuple(
        [
            "Ayşe",
            "Deniz",
            "Elif",
            "Emir",
            "Defne",
            "Kerem",
            "Azra",
            "Ömer",
            "Zeynep",
            "Mert",
            "Ela",
            "Yiğit",
            "Nisa",
            "Eren",
        ]
    ),
    mothers=tuple(["Esra", "Gülşen", "Merve", "Sevgi", "Zehra", "Büşra"]),
    fathers=tuple(["Murat", "Hakan", "Mehmet", "Emre", "Serkan", "Ali"]),
)
FRISIAN = Background(
    surnames=_plain("Dijkstra Hoekema Wiersma Terpstra Zijlstra Jorritsma"),
    children=tuple(
        [
            "Sjoerd",
            "Fardau",
            "Jelle",
            "Nynke",
            "Wiebe",
            "Hidde",
            "Sietske",
            "Jorrit",
            "Ymke",
            "Famke",
            "Rinse",
            "Jildou",
        ]
    ),
    mothers=tuple(["Baukje", "Tjitske", "Wietske", "Hinke", "Froukje"]),
    fathers=tuple(["Sybren", "Douwe", "Wytze", "Gerrit", "Hessel"]),
)
POLISH = Background(
    surnames=_plain("Kowalski Nowak Wiśniewski Zieliński Mazur"),
    children=tuple(["Zofia", "Jakub", "Hanna", "Antoni", "Maja", "Szymon", "Lena", "Oliwia", "Filip"]),
    mothers=tuple(["Agnieszka", "Katarzyna", "Małgorzata", "Joanna"]),
    fathers=tuple(["Piotr", "Tomasz", "Paweł", "Krzysztof"]),
)
SYRIAN = Background(
    surnames=(("al", "Hassan"), ("al", "Khatib"), *_plain("Darwish Haddad Nasser Sabbagh")),
    children=tuple(["Layla", "Omar", "Rima", "Kareem", "Nour", "Yazan", "Jana", "Sami", "Tala", "Hadi"]),
    mothers=tuple(["Rania", "Hala", "Maysa", "Dima"]),
    fathers=tuple(["Ahmad", "Khaled", "Bassel", "Tarek"]),
)
SURINAMESE = Background(
    surnames=_plain("Ramdin Wijntak Tjon Pinas Soekhoe Kartosen"),
    children=tuple(["Jaylen", "Shanaya", "Raoul", "Naomi", "Dewi", "Xavi", "Aaliyah", "Quincy", "Rishi"]),
    mothers=tuple(["Sharmila", "Jennifer", "Astra", "Gracia"]),
    fathers=tuple(["Radjin", "Clyde", "Winston", "Dennis"]),
)
BACKGROUNDS: tuple[tuple[Background, int], ...] = (
    (DUTCH, 62), (MOROCCAN, 10), (TURKISH, 8), (FRISIAN, 5), (POLISH, 5), (SYRIAN, 5), (SURINAMESE, 5))  # fmt: skip


def shown(first: str, prefix: str, last: str) -> str:
    return " ".join(part for part in (first, prefix, last) if part)
