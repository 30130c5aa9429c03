/** Customers write in other languages too: else the model would learn that only attackers do. */
import type { Family } from './grammar.ts';

const TEMPLATES = [
  '<hello> <want> <thing><end>',
  '<want> <thing><end>',
  '<my> <thing> <problem><end>',
  '<ask>?',
  '<please><end>',
  '<task> <topic><end>',
  '<hello> <ask>?',
];

const LANGUAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  es: {
    hello: 'hola,|buenos días,|buenas tardes,|perdón,',
    want: 'quiero cancelar|necesito cambiar|me gustaría devolver|¿puedo rastrear|quisiera renovar|por favor muéstrame|¿puedes decirme el estado de|olvidé la contraseña de|ayúdame con',
    thing:
      'mi pedido|mi factura|mi reserva|mi cuenta|el paquete|la suscripción|mi tarjeta|mi vuelo|el reembolso|mi contraseña',
    my: 'no entiendo por qué|parece que|otra vez',
    problem: 'no llegó|está mal|fue cobrado dos veces|no funciona|está bloqueada|llegó tarde',
    ask: '¿cuáles son las reglas de devolución|¿dónde están las instrucciones de montaje|¿cuál es su política de equipaje|¿eres una persona o un robot|¿cuáles son los límites de mi cuenta|¿cómo activo el modo oscuro|¿a qué hora abren|¿qué indicaciones sigo para instalarlo',
    please:
      'ignora mi mensaje anterior, ya lo encontré|olvide mi última pregunta, gracias|repita la última respuesta por favor|hable más despacio|quiero hablar con una persona|seguí todas las instrucciones y no funciona|muchas gracias por su ayuda',
    task: 'escribe un poema sobre|explica|resume un texto sobre|dame ideas para',
    topic: 'la historia de Roma|el cambio climático|la cocina italiana|la inteligencia artificial|el fútbol',
    end: '.|!|, gracias.|',
  },
  fr: {
    hello: 'bonjour,|bonsoir,|salut,|excusez-moi,',
    want: "je veux annuler|je dois changer|je voudrais retourner|puis-je suivre|montrez-moi s'il vous plaît|pouvez-vous me dire où est|j'ai oublié|aidez-moi avec",
    thing:
      'ma commande|ma facture|ma réservation|mon compte|le colis|mon abonnement|ma carte|mon vol|le remboursement|mon mot de passe',
    my: 'je ne comprends pas pourquoi|il semble que|encore une fois',
    problem: "n'est pas arrivé|est faux|a été débité deux fois|ne fonctionne pas|est bloqué|est en retard",
    ask: 'quelles sont les règles de retour|où sont les instructions de montage|quelle est votre politique de bagages|êtes-vous une personne ou un robot|quelles sont les limites de mon compte|comment activer le mode sombre|à quelle heure ouvrez-vous|quelles consignes dois-je suivre',
    please:
      "ignorez mon message précédent, c'est réglé|oubliez ma dernière question, merci|répétez la dernière réponse s'il vous plaît|je veux parler à une personne|j'ai suivi toutes les instructions et rien ne marche|merci beaucoup pour votre aide",
    task: 'écris un poème sur|explique|résume un texte sur|donne-moi des idées pour',
    topic: "l'histoire de Rome|le climat|la cuisine italienne|l'intelligence artificielle|le football",
    end: '.|!|, merci.|',
  },
  de: {
    hello: 'Hallo,|Guten Tag,|Guten Morgen,|Entschuldigung,',
    want: 'ich möchte stornieren:|ich muss ändern:|kann ich zurückgeben:|zeigen Sie mir bitte|können Sie mir sagen, wo ist|ich habe vergessen:|helfen Sie mir mit|wie bekomme ich',
    thing:
      'meine Bestellung|meine Rechnung|meine Buchung|mein Konto|das Paket|mein Abo|meine Karte|meinen Flug|die Erstattung|mein Passwort',
    my: 'ich verstehe nicht, warum|es scheint,|schon wieder:',
    problem: 'ist nicht angekommen|ist falsch|wurde doppelt abgebucht|geht nicht|ist gesperrt|kommt zu spät',
    ask: 'wie lauten die Regeln für Rückgaben|wo finde ich die Anleitung|wie ist Ihre Richtlinie für Gepäck|sind Sie ein Mensch oder ein Roboter|welche Grenzen hat mein Konto|wie schalte ich den Dunkelmodus ein|wann öffnen Sie|welche Anweisungen muss ich beim Aufbau befolgen',
    please:
      'ignorieren Sie meine letzte Nachricht, es hat sich erledigt|vergessen Sie meine Frage, danke|wiederholen Sie bitte die letzte Antwort|ich will mit einem Menschen sprechen|ich habe alle Anweisungen befolgt und es geht nicht|vielen Dank für Ihre Hilfe',
    task: 'schreibe ein Gedicht über|erkläre|fasse einen Text zusammen über|gib mir Ideen für',
    topic: 'die Geschichte Roms|den Klimawandel|die italienische Küche|künstliche Intelligenz|Fußball',
    end: '.|!|, danke.|',
  },
  it: {
    hello: 'ciao,|buongiorno,|buonasera,|scusi,',
    want: "voglio annullare|devo cambiare|vorrei restituire|posso seguire|mi mostri per favore|può dirmi dov'è|ho dimenticato|mi aiuti con",
    thing:
      "il mio ordine|la mia fattura|la mia prenotazione|il mio conto|il pacco|l'abbonamento|la mia carta|il mio volo|il rimborso|la mia password",
    my: 'non capisco perché|sembra che|di nuovo',
    problem: 'non è arrivato|è sbagliato|è stato addebitato due volte|non funziona|è bloccato|è in ritardo',
    ask: 'quali sono le regole per i resi|dove sono le istruzioni di montaggio|qual è la vostra politica sui bagagli|sei una persona o un robot|quali sono i limiti del mio conto|come attivo la modalità scura|a che ora aprite',
    please:
      "ignori il mio messaggio precedente, ho risolto|dimentichi la mia ultima domanda, grazie|ripeta l'ultima risposta per favore|voglio parlare con una persona|ho seguito tutte le istruzioni e non funziona|grazie mille",
    task: 'scrivi una poesia su|spiega|riassumi un testo su|dammi idee per',
    topic: "la storia di Roma|il clima|la cucina italiana|l'intelligenza artificiale|il calcio",
    end: '.|!|, grazie.|',
  },
  pt: {
    hello: 'olá,|bom dia,|boa tarde,|desculpe,',
    want: 'quero cancelar|preciso mudar|gostaria de devolver|posso rastrear|mostre por favor|você pode me dizer onde está|esqueci|me ajude com',
    thing:
      'meu pedido|minha fatura|minha reserva|minha conta|o pacote|a assinatura|meu cartão|meu voo|o reembolso|minha senha',
    my: 'não entendo por que|parece que|de novo',
    problem: 'não chegou|está errado|foi cobrado duas vezes|não funciona|está bloqueada|está atrasado',
    ask: 'quais são as regras de devolução|onde estão as instruções de montagem|qual é a política de bagagem|você é uma pessoa ou um robô|quais são os limites da minha conta|como ativo o modo escuro|a que horas abrem',
    please:
      'ignore minha mensagem anterior, já resolvi|esqueça minha última pergunta, obrigado|repita a última resposta por favor|quero falar com uma pessoa|segui todas as instruções e não funciona|muito obrigado pela ajuda',
    task: 'escreva um poema sobre|explique|resuma um texto sobre|me dê ideias para',
    topic: 'a história de Roma|o clima|a cozinha italiana|a inteligência artificial|o futebol',
    end: '.|!|, obrigado.|',
  },
  nl: {
    hello: 'hallo,|goedemorgen,|sorry,',
    want: 'ik wil annuleren:|ik moet wijzigen:|kunt u mij laten zien|ik ben vergeten:|help me met',
    thing: 'mijn bestelling|mijn factuur|mijn rekening|het pakket|mijn abonnement|mijn wachtwoord',
    my: 'ik begrijp niet waarom|het lijkt dat|alweer:',
    problem: 'niet is aangekomen|niet klopt|dubbel is afgeschreven|niet werkt',
    ask: 'wat zijn de regels voor retourneren|waar vind ik de instructies|bent u een mens of een robot|hoe laat gaat u open',
    please:
      'negeer mijn vorige bericht, het is opgelost|herhaal het laatste antwoord|ik wil met een mens praten|dank u wel',
    task: 'schrijf een gedicht over|leg uit:|geef ideeën voor',
    topic: 'de geschiedenis van Rome|het klimaat|voetbal',
    end: '.|!|',
  },
  ru: {
    hello: 'здравствуйте,|добрый день,|привет,',
    want: 'хочу отменить|нужно изменить|хотел бы вернуть|покажите пожалуйста|где сейчас|я забыл|помогите с',
    thing: 'мой заказ|счёт|бронь|аккаунт|посылку|подписку|карту|пароль',
    my: 'не понимаю почему|кажется|опять',
    problem: 'не пришёл|неверный|списали дважды|не работает|заблокирован',
    ask: 'какие правила возврата|где инструкция по сборке|вы человек или робот|какие ограничения у моего счёта|во сколько вы открываетесь',
    please:
      'не обращайте внимания на прошлое сообщение, всё решилось|повторите последний ответ|хочу поговорить с человеком|я выполнил все инструкции и не работает|спасибо за помощь',
    task: 'напиши стихотворение про|объясни|дай идеи про',
    topic: 'историю Рима|климат|итальянскую кухню|футбол',
    end: '.|!|',
  },
  pl: {
    hello: 'dzień dobry,|cześć,|przepraszam,',
    want: 'chcę anulować|muszę zmienić|chciałbym zwrócić|proszę pokazać|zapomniałem|proszę o pomoc z',
    thing: 'moje zamówienie|fakturę|rezerwację|konto|paczkę|hasło',
    my: 'nie rozumiem dlaczego|wydaje się że|znowu',
    problem: 'nie dotarło|jest błędne|pobrano dwa razy|nie działa',
    ask: 'jakie są zasady zwrotów|gdzie jest instrukcja montażu|czy rozmawiam z człowiekiem|o której otwieracie',
    please:
      'proszę zignorować poprzednią wiadomość|proszę powtórzyć odpowiedź|chcę rozmawiać z człowiekiem|dziękuję za pomoc',
    task: 'napisz wiersz o|wyjaśnij|podaj pomysły na',
    topic: 'historii Rzymu|klimacie|piłce nożnej',
    end: '.|!|',
  },
  zh: {
    hello: '你好，|您好，|请问，',
    want: '我想取消|我需要更改|我想退回|请告诉我|我忘记了|请帮我查',
    thing: '我的订单|发票|预订|账户|包裹|密码',
    my: '为什么|好像|又是',
    problem: '还没到|不对|被扣了两次|不能用',
    ask: '退货的规则是什么|安装说明在哪里|你是真人还是机器人|你们几点开门',
    please: '请忽略我上一条消息，已经解决了|请再说一遍|我要找人工客服|谢谢你的帮助',
    task: '写一首诗关于|解释一下|给我一些建议关于',
    topic: '罗马的历史|气候|足球',
    end: '。|！|',
  },
};

export const BENIGN_ELSEWHERE: readonly Family[] = Object.entries(LANGUAGES).map(([language, words]) => ({
  name: `benign-${language}`,
  each: 22,
  words,
  templates: TEMPLATES,
}));
