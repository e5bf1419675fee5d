using System.Collections.Frozen;
using System.Text;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>
/// Letters taken apart into what they consist of, so that the two spellings that Unicode has for one letter are the same. It covers Latin,
/// Greek, Cyrillic, Arabic, kana and Hangul; .NET normalizes nothing where the program runs without the tables of ICU.
/// </summary>
internal static class Accents
{
    private const char FirstSyllable = '\uac00',
        LastSyllable = '\ud7a3';

    private const int Lead = 0x1100,
        Vowel = 0x1161,
        Tail = 0x11a7,
        Vowels = 21,
        Tails = 28;

    // For each mark: a letter that has it, and the same letter without it.
    private static readonly (char Mark, string Pairs)[] Table =
    [
        (
            '\u0300',
            "ÀAÈEÌIÒOÙUàaèeìiòoùuǛÜǜüǸNǹnЀЕЍИѐеѝиḔĒḕēṐŌṑōẀWẁwẦÂầâẰĂằăỀÊềêỒÔồôỜƠờơỪƯừưỲYỳyἂἀἃἁἊἈἋἉἒἐἓἑἚἘἛἙἢἠἣἡἪἨἫἩ"
                + "ἲἰἳἱἺἸἻἹὂὀὃὁὊὈὋὉὒὐὓὑὛὙὢὠὣὡὪὨὫὩὰαὲεὴηὶιὸοὺυὼωᾺΑῈΕῊΗῒϊῚΙῢϋῪΥῸΟῺΩ"
        ),
        (
            '\u0301',
            "ÁAÉEÍIÓOÚUÝYáaéeíióoúuýyĆCćcĹLĺlŃNńnŔRŕrŚSśsŹZźzǗÜǘüǴGǵgǺÅǻåǼÆǽæǾØǿøΆΑΈΕΉΗΊΙΌΟΎΥΏΩΐϊάαέεήηίιΰϋόούυώω"
                + "ϓϒЃГЌКѓгќкḈÇḉçḖĒḗēḮÏḯïḰKḱkḾMḿmṌÕṍõṒŌṓōṔPṕpṸŨṹũẂWẃwẤÂấâẮĂắăẾÊếêỐÔốôỚƠớơỨƯứưἄἀἅἁἌἈἍἉἔἐἕἑἜἘἝἙἤἠἥἡἬἨἭἩἴἰ"
                + "ἵἱἼἸἽἹὄὀὅὁὌὈὍὉὔὐὕὑὝὙὤὠὥὡὬὨὭὩ"
        ),
        ('\u0302', "ÂAÊEÎIÔOÛUâaêeîiôoûuĈCĉcĜGĝgĤHĥhĴJĵjŜSŝsŴWŵwŶYŷyẐZẑzẬẠậạỆẸệẹỘỌộọ"),
        ('\u0303', "ÃAÑNÕOãañnõoĨIĩiŨUũuṼVṽvẪÂẫâẴĂẵăẼEẽeỄÊễêỖÔỗôỠƠỡơỮƯữưỸYỹy"),
        ('\u0304', "ĀAāaĒEēeĪIīiŌOōoŪUūuǕÜǖüǞÄǟäǠȦǡȧǢÆǣæǬǪǭǫȪÖȫöȬÕȭõȰȮȱȯȲYȳyӢИӣиӮУӯуḠGḡgḸḶḹḷṜṚṝṛᾱαᾹΑῑιῙΙῡυῩΥ"),
        ('\u0306', "ĂAăaĔEĕeĞGğgĬIĭiŎOŏoŬUŭuЎУЙИйиўуӁЖӂжӐАӑаӖЕӗеḜȨḝȩẶẠặạᾰαᾸΑῐιῘΙῠυῨΥ"),
        ('\u0307', "ĊCċcĖEėeĠGġgİIŻZżzȦAȧaȮOȯoḂBḃbḊDḋdḞFḟfḢHḣhṀMṁmṄNṅnṖPṗpṘRṙrṠSṡsṤŚṥśṦŠṧšṨṢṩṣṪTṫtẆWẇwẊXẋxẎYẏyẛſ"),
        ('\u0308', "ÄAËEÏIÖOÜUäaëeïiöoüuÿyŸYΪΙΫΥϊιϋυϔϒЁЕЇІёеїіӒАӓаӚӘӛәӜЖӝжӞЗӟзӤИӥиӦОӧоӪӨӫөӬЭӭэӰУӱуӴЧӵчӸЫӹыḦHḧhṎÕṏõṺŪṻūẄW" + "ẅwẌXẍxẗt"),
        ('\u0309', "ẢAảaẨÂẩâẲĂẳăẺEẻeỂÊểêỈIỉiỎOỏoỔÔổôỞƠởơỦUủuỬƯửưỶYỷy"),
        ('\u030a', "ÅAåaŮUůuẘwẙy"),
        ('\u030b', "ŐOőoŰUűuӲУӳу"),
        ('\u030c', "ČCčcĎDďdĚEěeĽLľlŇNňnŘRřrŠSšsŤTťtŽZžzǍAǎaǏIǐiǑOǒoǓUǔuǙÜǚüǦGǧgǨKǩkǮƷǯʒǰjȞHȟh"),
        ('\u030f', "ȀAȁaȄEȅeȈIȉiȌOȍoȐRȑrȔUȕuѶѴѷѵ"),
        ('\u0311', "ȂAȃaȆEȇeȊIȋiȎOȏoȒRȓrȖUȗu"),
        ('\u0313', "ἀαἈΑἐεἘΕἠηἨΗἰιἸΙὀοὈΟὐυὠωὨΩῤρ"),
        ('\u0314', "ἁαἉΑἑεἙΕἡηἩΗἱιἹΙὁοὉΟὑυὙΥὡωὩΩῥρῬΡ"),
        ('\u031b', "ƠOơoƯUưu"),
        ('\u0323', "ḄBḅbḌDḍdḤHḥhḲKḳkḶLḷlṂMṃmṆNṇnṚRṛrṢSṣsṬTṭtṾVṿvẈWẉwẒZẓzẠAạaẸEẹeỊIịiỌOọoỢƠợơỤUụuỰƯựưỴYỵy"),
        ('\u0324', "ṲUṳu"),
        ('\u0325', "ḀAḁa"),
        ('\u0326', "ȘSșsȚTțt"),
        ('\u0327', "ÇCçcĢGģgĶKķkĻLļlŅNņnŖRŗrŞSşsŢTţtȨEȩeḐDḑdḨHḩh"),
        ('\u0328', "ĄAąaĘEęeĮIįiŲUųuǪOǫo"),
        ('\u032d', "ḒDḓdḘEḙeḼLḽlṊNṋnṰTṱtṶUṷu"),
        ('\u032e', "ḪHḫh"),
        ('\u0330', "ḚEḛeḬIḭiṴUṵu"),
        ('\u0331', "ḆBḇbḎDḏdḴKḵkḺLḻlṈNṉnṞRṟrṮTṯtẔZẕzẖh"),
        ('\u0342', "ἆἀἇἁἎἈἏἉἦἠἧἡἮἨἯἩἶἰἷἱἾἸἿἹὖὐὗὑὟὙὦὠὧὡὮὨὯὩᾶαῆηῖιῗϊῦυῧϋῶω"),
        (
            '\u0345',
            "ᾀἀᾁἁᾂἂᾃἃᾄἄᾅἅᾆἆᾇἇᾈἈᾉἉᾊἊᾋἋᾌἌᾍἍᾎἎᾏἏᾐἠᾑἡᾒἢᾓἣᾔἤᾕἥᾖἦᾗἧᾘἨᾙἩᾚἪᾛἫᾜἬᾝἭᾞἮᾟἯᾠὠᾡὡᾢὢᾣὣᾤὤᾥὥᾦὦᾧὧᾨὨᾩὩᾪὪᾫὫᾬὬᾭὭᾮὮᾯὯᾲὰᾳα"
                + "ᾴάᾷᾶᾼΑῂὴῃηῄήῇῆῌΗῲὼῳωῴώῷῶῼΩ"
        ),
        ('\u0653', "آا"),
        ('\u0654', "أاؤوئيۀەۂہۓے"),
        ('\u0655', "إا"),
        (
            '\u3099',
            "がかぎきぐくげけごこざさじしずすぜせぞそだたぢちづつでてどとばはびひぶふべへぼほゔうゞゝガカギキグクゲケゴコザサジシズスゼセゾソダタヂチヅツデテドトバハビヒブフベヘボホヴウヷワヸヰヹヱヺヲヾヽ"
        ),
        ('\u309a', "ぱはぴひぷふぺへぽほパハピヒプフペヘポホ"),
    ];

    private static readonly FrozenDictionary<char, (char Letter, char Mark)> Parts = Table
        .SelectMany(row => row.Pairs.Chunk(2).Select(pair => (Whole: pair[0], Letter: pair[1], row.Mark)))
        .ToFrozenDictionary(one => one.Whole, one => (one.Letter, one.Mark));

    private static readonly FrozenSet<char> Marks = Table.Select(row => row.Mark).ToFrozenSet();

    /// <summary>Every letter, followed by its marks in one order.</summary>
    public static string Apart(string text)
    {
        var apart = new StringBuilder(text.Length);
        var marks = new List<char>();
        foreach (var letter in text)
        {
            if (!Marks.Contains(letter))
            {
                Flush(apart, marks);
            }

            Take(letter, apart, marks);
        }

        Flush(apart, marks);
        return apart.ToString();
    }

    private static void Take(char letter, StringBuilder apart, List<char> marks)
    {
        if (Marks.Contains(letter))
        {
            marks.Add(letter);
        }
        else if (Parts.TryGetValue(letter, out var parts))
        {
            Take(parts.Letter, apart, marks);
            marks.Add(parts.Mark);
        }
        else if (letter is >= FirstSyllable and <= LastSyllable)
        {
            var (syllable, tail) = Math.DivRem(letter - FirstSyllable, Tails);
            apart.Append((char)(Lead + (syllable / Vowels))).Append((char)(Vowel + (syllable % Vowels)));
            apart.Append(tail > 0 ? ((char)(Tail + tail)).ToString() : "");
        }
        else
        {
            apart.Append(letter);
        }
    }

    private static void Flush(StringBuilder apart, List<char> marks)
    {
        marks.Sort();
        apart.Append([.. marks]);
        marks.Clear();
    }
}
